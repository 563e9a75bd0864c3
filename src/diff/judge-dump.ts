/** The second judge: `pg_dump -s` of both, line by line. */
import { settle } from "../catalog/expressions.ts";
import { isSecretOption } from "../catalog/options.ts";
import { runProgram } from "../programs/run.ts";
import type { Target } from "../postgres/target.ts";

export interface DumpVerdict {
  /** Lines of the wanted side that the other lacks. */
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** Undefined where pg_dump says no: it wants to read what the role may not. */
export async function compareDumps(
  program: string,
  from: Target,
  to: Target,
  without: readonly string[],
): Promise<DumpVerdict | undefined> {
  const [one, other] = [await dumpLines(program, from, without), await dumpLines(program, to, without)];
  if (one === undefined || other === undefined) return undefined;
  return { missing: subtract(other, one), extra: subtract(one, other) };
}

async function dumpLines(
  program: string,
  target: Target,
  without: readonly string[],
): Promise<string[] | undefined> {
  const { exitCode, stdout } = await runProgram(program, {
    args: ["--schema-only", "--no-subscriptions", ...without.map((table) => `--exclude-table=${table}`)],
    env: {
      PGHOST: target.host,
      PGPORT: String(target.port),
      PGUSER: target.user,
      PGDATABASE: target.database,
      PGSSLMODE: target.sslMode,
      ...(target.password === undefined ? {} : { PGPASSWORD: target.password }),
      ...(target.sslRootCert === undefined ? {} : { PGSSLROOTCERT: target.sslRootCert }),
      ...(target.sslCert === undefined ? {} : { PGSSLCERT: target.sslCert }),
      ...(target.sslKey === undefined ? {} : { PGSSLKEY: target.sslKey }),
    },
    timeoutMs: 300_000,
  });
  return exitCode === 0 ? sortedLines(stdout) : undefined;
}

/** Comments say no more than the statements; the order of columns moves commas. */
export function sortedLines(text: string): string[] {
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .filter(
      (line) => line !== "" && !line.startsWith("--") && !/^\\(?:un)?restrict /.test(line) && !isSecret(line),
    )
    .map((line) =>
      settle(line.replace(/,$/, "")).replace(/^(CREATE STATISTICS .* ON )(.*)( FROM .*)$/, sortedList),
    )
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** `    password 'x',` below a user mapping: what is secret is never written, so it cannot come out equal. */
function isSecret(line: string): boolean {
  const name = /^ {4}"?(\w+)"? '/.exec(line)?.[1];
  return name !== undefined && isSecretOption(name);
}

function sortedList(_: string, head: string, list: string, tail: string): string {
  return (
    head +
    list
      .split(", ")
      .toSorted((a, b) => (a < b ? -1 : 1))
      .join(", ") +
    tail
  );
}

/** With their number: a line that stands twice on one side only is a difference. */
function subtract(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
