/** The one-property changes under test/cases/drift: a base, and what is changed on it. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Change } from "../../../src/catalog/compare.ts";

export interface DriftCase {
  readonly name: string;
  readonly base: string;
  readonly change: string;
  /** What must be told, a line each; undefined until it is written down. */
  readonly expected: string | undefined;
  /** Reaches beyond its schema: wants a database of its own. */
  readonly isAlone: boolean;
  readonly sinceMajor: number;
}

const root = fileURLToPath(new URL("../../cases/drift", import.meta.url));

export function readCases(): DriftCase[] {
  return readdirSync(root)
    .toSorted()
    .map((name) => {
      const text = (file: string): string => readFileSync(`${root}/${name}/${file}`, "utf8");
      const base = text("base.sql");
      return {
        name,
        base,
        change: text("change.sql"),
        expected: existsSync(`${root}/${name}/expected.txt`) ? text("expected.txt") : undefined,
        isAlone: base.startsWith("-- alone"),
        sinceMajor: Number(/-(1\d)$/.exec(name)?.[1] ?? 14),
      };
    });
}

export function writeExpected({ name }: DriftCase, text: string): void {
  writeFileSync(`${root}/${name}/expected.txt`, text);
}

/** What was found, without the values, which differ between versions. */
export function summary(changes: readonly Change[]): string {
  return changes
    .map(({ action, kind, name, properties }) => {
      const list = properties.map(({ property }) => property).join(", ");
      return `${action} ${kind} ${name}${list === "" ? "" : `: ${list}`}\n`;
    })
    .toSorted()
    .join("");
}
