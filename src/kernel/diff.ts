/** A line diff for people: what went, what came, a little of what stands around it. */
const contextLines = 2;

interface Edit {
  readonly mark: " " | "-" | "+";
  readonly line: string;
}

/** A unified-style diff of two texts, at most `most` lines long; empty when they are equal. */
export function diffLines(before: string, after: string, most = 40): string {
  const edits = editsBetween(before.split("\n"), after.split("\n"));
  const shown: string[] = [];
  let isGap = false;
  edits.forEach((edit, index) => {
    const near = edits.slice(Math.max(0, index - contextLines), index + contextLines + 1);
    if (edit.mark === " " && near.every(({ mark }) => mark === " ")) {
      isGap = true;
      return;
    }
    if (isGap && shown.length > 0) shown.push("  …");
    isGap = false;
    shown.push(`${edit.mark} ${edit.line}`);
  });
  const rest = shown.length - most;
  return (rest > 0 ? [...shown.slice(0, most), `  … ${rest} more lines`] : shown).join("\n");
}

function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ mark: " ", line }));
  return [
    ...same(before.slice(0, head)),
    ...middleEdits(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

/** Longest common subsequence, where the middle is small enough to afford its square; else all out, all in. */
function middleEdits(before: readonly string[], after: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  if (before.length * after.length > 1_000_000) {
    return [
      ...before.map((line) => ({ mark: "-", line }) as const),
      ...after.map((line) => ({ mark: "+", line }) as const),
    ];
  }
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const longer = Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
      lengths[i * width + j] = before[i] === after[j] ? lengthAt(i + 1, j + 1) + 1 : longer;
    }
  }
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [gone = "", come = ""] = [before[i], after[j]];
    if (i < before.length && j < after.length && gone === come) {
      edits.push({ mark: " ", line: gone });
      i++;
      j++;
    } else if (i < before.length && (j >= after.length || lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      edits.push({ mark: "-", line: gone });
      i++;
    } else {
      edits.push({ mark: "+", line: come });
      j++;
    }
  }
  return edits;
}
