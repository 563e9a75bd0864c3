/** The second judge: `pg_dump -s` of both, line by line. */
import { settle } from "../catalog/expressions.ts";
import { isSecretOption } from "../catalog/options.ts";
import { compareText } from "../kernel/compare.ts";
import { libpqEnvironment } from "../postgres/libpq-environment.ts";
import { runProgram } from "../programs/run.ts";
import type { Target } from "../postgres/target.ts";

export interface DumpVerdict {
  /** Lines of the wanted side that the other lacks. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** How often each line stands in a dump: of ten thousand tables most lines stand a thousand times. */
export type DumpLines = ReadonlyMap<string, number>;

/** The lines of `pg_dump -s`; undefined where it says no: it wants to read what the role may not. */
export async function readDumpLines(
  program: string,
  target: Target,
  without: readonly string[],
): Promise<DumpLines | undefined> {
  const { exitCode, stdout } = await runProgram(program, {
    args: ["--schema-only", "--no-subscriptions", ...without.map((table) => `--exclude-table=${table}`)],
    env: libpqEnvironment(target, "veza-db diff"),
    timeoutMs: 300_000,
  });
  return exitCode === 0 ? countLines(stdout) : undefined;
}

/** What of the wanted dump the other one lacks, and the reverse. With their number: a line that stands twice on one side only is a difference. */
export function compareDumpLines(from: DumpLines, wanted: DumpLines): DumpVerdict {
  return { missing: subtract(wanted, from), extra: subtract(from, wanted) };
}

function subtract(lines: DumpLines, others: DumpLines): string[] {
  return [...lines]
    .flatMap(([line, count]) => {
      const more = count - (others.get(line) ?? 0);
      return more > 0 ? Array.from({ length: more }, () => line) : [];
    })
    .toSorted(compareText);
}

function countLines(text: string): DumpLines {
  const raw = new Map<string, number>();
  for (const line of linesOf(text)) raw.set(line, (raw.get(line) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [line, count] of raw) {
    const judged = judgedLine(line);
    if (judged !== undefined) counts.set(judged, (counts.get(judged) ?? 0) + count);
  }
  return counts;
}

/** Conditions that go over several lines are settled as a whole, before they are cut. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf(";\n", start);
    const statement = text.slice(start, end === -1 ? undefined : end + 1);
    const isCondition = statement.includes("((") && statement.includes("\n");
    for (const line of (isCondition ? settle(statement) : statement).split("\n"))
      yield line.endsWith("\r") ? line.slice(0, -1) : line;
    start = end === -1 ? text.length : end + 2;
  }
}

export function sortedLines(text: string): string[] {
  return [...linesOf(text)]
    .map(judgedLine)
    .filter((line) => line !== undefined)
    .toSorted(compareText);
}

/** Undefined for what says nothing: comments say no more than the statements; the order of columns moves commas. */
function judgedLine(line: string): string | undefined {
  if (line === "" || line.startsWith("--") || /^\\(?:un)?restrict /.test(line) || isSecret(line))
    return undefined;
  return settle(line.replace(/,$/, ""))
    .replace(/^(CREATE STATISTICS .* ON )(.*)( FROM .*)$/, sortedList)
    .replace(storageOptions, sortedList);
}

/** `    password 'x',` below a user mapping: what is secret is never written, so it cannot come out equal. */
function isSecret(line: string): boolean {
  const name = /^ {4}"?(\w+)"? '/.exec(line)?.[1];
  return name !== undefined && isSecretOption(name);
}

/** `WITH (fillfactor='70', autovacuum_enabled='off')`, and what is set on a column: their order means nothing. */
const storageOptions = /((?:^| )WITH \(|^ALTER TABLE ONLY .* SET \()([\w.]+=[^()]*)(\))/;

function sortedList(_: string, head: string, list: string, tail: string): string {
  return head + list.split(", ").toSorted(compareText).join(", ") + tail;
}
