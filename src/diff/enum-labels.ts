/** How ALTER TYPE gets from one list of labels to another. */
import { splitList } from "../catalog/expressions.ts";
import type { CatalogObject } from "../catalog/model.ts";

export function labelsOf({ facts }: CatalogObject): string[] {
  const list = facts["labels"] ?? "";
  return list === "" ? [] : splitList(list);
}

export interface LabelStep {
  readonly kind: "add" | "rename";
  readonly label: string;
  /** The label before which the new one comes, or that is renamed. */
  readonly at: string | undefined;
  readonly side?: "BEFORE" | "AFTER";
}

/** How ALTER TYPE gets from one list of labels to the other; undefined where labels go or change places. */
export function planLabels(had: readonly string[], wanted: readonly string[]): LabelStep[] | undefined {
  const gone = had.filter((label) => !wanted.includes(label));
  const fresh = wanted.filter((label) => !had.includes(label));
  const steps: LabelStep[] = [];
  let list = [...had];
  if (gone.length > 0) {
    // As many labels, each in its place: they were renamed.
    const isRenamed =
      had.length === wanted.length &&
      had.every(
        (label, at) => label === wanted[at] || (gone.includes(label) && fresh.includes(wanted[at] ?? "")),
      );
    if (!isRenamed) return undefined;
    for (const [at, label] of had.entries()) {
      const name = wanted[at] ?? label;
      if (name !== label) steps.push({ kind: "rename", label: name, at: label });
    }
    return steps;
  }
  for (const [at, label] of wanted.entries()) {
    if (list[at] === label) continue;
    if (list.includes(label)) return undefined;
    const next = list[at];
    steps.push(
      next === undefined
        ? { kind: "add", label, at: undefined }
        : { kind: "add", label, at: next, side: "BEFORE" },
    );
    list = [...list.slice(0, at), label, ...list.slice(at)];
  }
  return steps;
}
