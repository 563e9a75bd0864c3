/** One set of migrations to be disturbed in every way, and what must be true afterwards, whatever the disturbance was. */
import type postgres from "postgres";
import { expect } from "vitest";
import { advisoryLocks, appliedIds, historyOf, schemaOf } from "../../migrate/support/state.ts";
import { eventually, record, type Called, type Project } from "../../migrate/support/veza.ts";

export const ids = ["2024-01-01-001", "2024-01-02-002", "2024-01-03-003", "2024-01-04-004"] as const;

/** Every statement that inserts leaves one row: run twice, or not at all, it shows. */
export const scenario: Readonly<Record<string, string>> = {
  [`${ids[0]}-first.sql`]: `
    CREATE TABLE ran (step text PRIMARY KEY);
    CREATE TABLE big (id int, note text);
    INSERT INTO big SELECT g, 'x' FROM generate_series(1, 100) g;
    CREATE INDEX big_note ON big (note);
    INSERT INTO ran VALUES ('1.1');`,
  [`${ids[1]}-alone.sql`]: `-- veza: no-transaction
    INSERT INTO ran VALUES ('2.1');
    CREATE INDEX CONCURRENTLY big_id ON big (id);
    SET search_path = public, pg_temp;
    DROP INDEX CONCURRENTLY big_note;
    INSERT INTO ran VALUES ('2.5');
    CREATE TABLE parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY;
    REINDEX INDEX CONCURRENTLY big_id;`,
  [`${ids[2]}-back.sql`]: `
    CREATE TABLE third ();
    SAVEPOINT s;
    CREATE TABLE never ();
    ROLLBACK TO s;
    INSERT INTO ran VALUES ('3.1');`,
  // Long enough that its text reaches the history by COPY.
  [`${ids[3]}-last.sql`]: `CREATE TABLE fourth (); INSERT INTO ran VALUES ('4.1'); -- ${"x".repeat(1_000_000)}`,
};

/** What an undisturbed run leaves. */
export interface Expected {
  readonly schema: readonly string[];
  readonly ran: readonly string[];
}

export async function outcomeOf(sql: postgres.Sql): Promise<Expected> {
  const rows = await sql<{ step: string }[]>`SELECT step FROM ran ORDER BY step`;
  return { schema: await schemaOf(sql), ran: rows.map(({ step }) => step) };
}

/** Empties a database without the cost of making a new one. */
export async function wipe(sql: postgres.Sql): Promise<void> {
  await sql.unsafe("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

/**
 * After a disturbed run: what it said is true, the server has let go of everything, nothing is half recorded, and the
 * next run finishes. `what` names the disturbance in failures.
 */
export async function expectTruth(
  what: string,
  result: Pick<Called, "code" | "stdout" | "stderr">,
  project: Project,
  sql: postgres.Sql,
  expected: Expected,
): Promise<void> {
  await expectReleased(what, sql);
  const history = (await historyOf(sql)) ?? [];
  const partial = history.find(({ status }) => status === "partial");
  expectReport(what, result, await appliedIds(sql), partial?.statements_done);
  await expectSurvival(what, project, sql, expected);
}

/** The same where nothing was said: the run was killed. */
export async function expectSurvival(
  what: string,
  project: Project,
  sql: postgres.Sql,
  expected: Expected,
): Promise<void> {
  await expectReleased(what, sql);
  expect([what, await tellsTheCatalog(sql)]).toEqual([what, []]);
  await expectFinish(what, project, sql, expected);
}

/** Within seconds the old session is gone, and its lock. */
async function expectReleased(what: string, sql: postgres.Sql): Promise<void> {
  const startedAt = performance.now();
  await eventually(
    () =>
      sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'veza-db%'`,
    ({ length }) => length === 0,
    `${what}: the session to end`,
  );
  expect([what, await advisoryLocks(sql)]).toEqual([what, 0]);
  expect([what, performance.now() - startedAt < 6000]).toEqual([what, true]);
}

/** The next run ends well, and all is as if nothing had happened. */
async function expectFinish(
  what: string,
  project: Project,
  sql: postgres.Sql,
  expected: Expected,
): Promise<void> {
  const next = await project.veza("migrate --json");
  expect([what, next.code, next.stderr]).toEqual([what, 0, ""]);
  expect([what, await outcomeOf(sql)]).toEqual([what, expected]);
  expect([what, await appliedIds(sql)]).toEqual([what, [...ids]]);
  expect([what, (await project.veza("migrate verify")).code]).toEqual([what, 0]);
}

/** What the run said of itself, held against what is there. */
function expectReport(
  what: string,
  { code, stdout, stderr }: Pick<Called, "code" | "stdout" | "stderr">,
  applied: readonly string[],
  statementsDone: number | undefined,
): void {
  if (code === 0) {
    const data = record(record(JSON.parse(stdout))["data"]);
    expect([what, idsOf(data["applied"]), applied]).toEqual([what, [...ids], [...ids]]);
    return;
  }
  expect([what, stdout, [3, 5].includes(code), code]).toEqual([what, "", true, code]);
  const error = record(record(JSON.parse(stderr))["error"]);
  expect([what, error["code"], error["message"]]).toEqual([
    what,
    expect.stringMatching(/^connection\./),
    error["message"],
  ]);
  // A run that never came to its first migration says nothing of migrations; then there are none.
  expect([what, error["applied"] ?? [], stderr]).toEqual([what, applied, stderr]);
  if (error["state"] === "unchanged") expect([what, statementsDone ?? 0]).toEqual([what, 0]);
  if (error["state"] === "partial") {
    expect([what, error["stateText"]]).toEqual([what, expect.stringContaining(`${statementsDone ?? 0} of `)]);
  }
  // Whoever was connected is told how things stand.
  if (code === 5) expect([what, typeof error["stateText"]]).toEqual([what, "string"]);
}

function idsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map((one: unknown) => String(record(one)["id"])) : [];
}

/** Where history and catalog disagree: a transaction's work without its row, or a row without its work. */
async function tellsTheCatalog(sql: postgres.Sql): Promise<string[]> {
  const history = new Map(((await historyOf(sql)) ?? []).map((row) => [row.id, row]));
  const [there] = await sql<Record<string, boolean>[]>`
    SELECT to_regclass('ran') IS NOT NULL AS ran, to_regclass('third') IS NOT NULL AS third,
           to_regclass('fourth') IS NOT NULL AS fourth, to_regclass('never') IS NOT NULL AS never`;
  const steps = there?.["ran"] === true ? await sql<{ step: string }[]>`SELECT step FROM ran` : [];
  const has = (step: string): boolean => steps.some((row) => row.step === step);
  const isApplied = (index: number): boolean => history.get(ids[index] ?? "")?.status === "applied";
  const done = history.get(ids[1])?.statements_done ?? 0;
  const claims: readonly (readonly [string, boolean, boolean])[] = [
    ["the first migration", isApplied(0), has("1.1") && there?.["ran"] === true],
    ["statement 1 of the second", done >= 1, has("2.1")],
    ["statement 5 of the second", done >= 5, has("2.5")],
    ["the third migration", isApplied(2), there?.["third"] === true && has("3.1")],
    ["the fourth migration", isApplied(3), there?.["fourth"] === true && has("4.1")],
    ["what was rolled back to a savepoint", false, there?.["never"] === true],
  ];
  return claims
    .filter(([, isRecorded, isThere]) => isRecorded !== isThere)
    .map(
      ([name, isRecorded]) =>
        `${name} is ${isRecorded ? "recorded and not there" : "there and not recorded"}`,
    );
}
