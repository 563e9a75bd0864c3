/** How wide help is: what a terminal has at least. */
const helpWidth = 80;
const indent = 2;
/** A left column wider than this pushes the words beside it onto lines of their own. */
const widestLeft = 34;

/** Rows of a name and what it means, side by side or, where the names are long, one below the other. */
export function columns(rows: readonly (readonly [string, string])[]): string[] {
  const longest = Math.max(0, ...rows.map(([left]) => left.length));
  if (longest > widestLeft)
    return rows.flatMap(([left, right]) => [
      left,
      ...wrap(right, helpWidth - indent - 4).map((line) => `    ${line}`),
    ]);
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, helpWidth - indent - longest - 2);
    return [
      `${left.padEnd(longest)}  ${first}`.trimEnd(),
      ...more.map((line) => `${" ".repeat(longest + 2)}${line}`),
    ];
  });
}

/** Paragraphs, each wrapped anew; what is set in, as a list or an example, stays as it is. */
export function paragraphs(content: string): string {
  return content
    .split("\n\n")
    .map((paragraph) => (/^\s/m.test(paragraph) ? paragraph : wrap(paragraph, helpWidth).join("\n")))
    .join("\n\n");
}

function wrap(content: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of content.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
