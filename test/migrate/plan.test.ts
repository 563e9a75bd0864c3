/** What is pending and what is wrong, from files and history alone. */
import { expect, test } from "vitest";
import type { Clash, LedgerRow, MigrationFile } from "../../src/migrate/model.ts";
import { blockingProblems, planMigrations, type PlanWishes } from "../../src/migrate/plan.ts";

const day = (n: number): string => `2024-01-0${n}-00${n}`;

function file(id: string, checksum = `sum of ${id}`): MigrationFile {
  return {
    id,
    name: "x",
    file: `${id}-x.sql`,
    shown: `m/${id}-x.sql`,
    path: `/m/${id}-x.sql`,
    checksum,
    bytes: 1,
    downPath: undefined,
  };
}

function row(id: string, parts: Partial<LedgerRow> = {}): LedgerRow {
  return { id, checksum: `sum of ${id}`, status: "applied", statementsDone: 1, statementsTotal: 1, ...parts };
}

function summary(
  files: readonly MigrationFile[],
  ledger: readonly LedgerRow[],
  wishes: PlanWishes = {},
  clashes: readonly Clash[] = [],
): unknown {
  const plan = planMigrations(files, clashes, ledger, wishes);
  return {
    pending: plan.pending.map((pending) => pending.file.id),
    beyond: plan.beyond.map(({ id }) => id),
    applied: plan.applied.map(({ id }) => id),
    problems: plan.problems.map(({ kind, id }) => `${kind} ${id}`),
    blocking: blockingProblems(plan, wishes).map(({ kind, id }) => `${kind} ${id}`),
  };
}

const nothing = { pending: [], beyond: [], applied: [], problems: [], blocking: [] };

test("nothing and nothing is nothing to do", () => {
  expect(summary([], [])).toEqual(nothing);
});

test("on an empty history everything is pending, in order", () => {
  expect(summary([file(day(1)), file(day(2))], [])).toEqual({ ...nothing, pending: [day(1), day(2)] });
});

test("what is applied and unchanged is left alone", () => {
  expect(summary([file(day(1)), file(day(2))], [row(day(1))])).toEqual({
    ...nothing,
    pending: [day(2)],
    applied: [day(1)],
  });
});

test("an applied file that was changed stops the run", () => {
  const plan = summary([file(day(1), "other"), file(day(2))], [row(day(1))]);
  expect(plan).toMatchObject({ problems: [`changed ${day(1)}`], blocking: [`changed ${day(1)}`] });
});

test("an applied file that is gone stops the run", () => {
  const plan = summary([file(day(2))], [row(day(1))]);
  expect(plan).toMatchObject({ problems: [`missing ${day(1)}`], blocking: [`missing ${day(1)}`] });
});

test("a file that sorts before an applied one is late, unless that is wished", () => {
  const files = [file(day(1)), file(day(2)), file(day(3))];
  const late = [`late ${day(1)}`];
  expect(summary(files, [row(day(2))])).toMatchObject({ problems: late, blocking: late });
  expect(summary(files, [row(day(2))], { allowLate: true })).toMatchObject({
    pending: [day(1), day(3)],
    problems: late,
    blocking: [],
  });
});

test("a late file beyond --to is no concern of this run", () => {
  expect(summary([file(day(1)), file(day(2)), file(day(3))], [row(day(3))], { to: day(1) })).toMatchObject({
    problems: [`late ${day(1)}`],
    beyond: [day(2)],
  });
});

test("what is missing still counts for what is late", () => {
  expect(summary([file(day(1))], [row(day(2))])).toMatchObject({
    problems: [`late ${day(1)}`, `missing ${day(2)}`],
  });
});

test("numbers are compared as numbers", () => {
  expect(summary([file("2024-01-01-999"), file("2024-01-01-1000")], [row("2024-01-01-999")])).toEqual({
    ...nothing,
    pending: ["2024-01-01-1000"],
    applied: ["2024-01-01-999"],
  });
});

test("--to stops after its migration, and shows what is left", () => {
  expect(summary([file(day(1)), file(day(2)), file(day(3))], [row(day(1))], { to: day(2) })).toMatchObject({
    pending: [day(2)],
    beyond: [day(3)],
  });
  expect(summary([file(day(1)), file(day(2))], [row(day(1))], { to: day(1) })).toMatchObject({
    pending: [],
    beyond: [day(2)],
  });
});

test("a half-applied migration is gone on with where it stopped, and may be changed", () => {
  const half = row(day(1), { status: "partial", statementsDone: 2, statementsTotal: 5, checksum: "before" });
  const plan = planMigrations([file(day(1)), file(day(2))], [], [half]);
  expect(plan.pending).toEqual([
    { file: file(day(1)), isBegun: true, statementsDone: 2 },
    { file: file(day(2)), isBegun: false, statementsDone: 0 },
  ]);
  expect(plan.applied).toEqual([]);
  expect(plan.problems).toEqual([
    { kind: "partial", id: day(1), message: `${day(1)} is half applied: 2 of 5 statements are done.` },
  ]);
  expect(blockingProblems(plan)).toEqual([]);
});

test("a half-applied migration whose file is gone stops the run", () => {
  const half = row(day(1), { status: "partial" });
  expect(summary([], [half])).toMatchObject({ blocking: [`missing ${day(1)}`] });
});

test("a half-applied migration is not late", () => {
  expect(
    summary([file(day(1)), file(day(2))], [row(day(1), { status: "partial" }), row(day(2))]),
  ).toMatchObject({
    pending: [day(1)],
    problems: [`partial ${day(1)}`],
  });
});

test("ids that clash stop the run whatever else is true", () => {
  const clash = { id: day(1), files: ["a.sql", "b.sql"] };
  expect(summary([file(day(1)), file(day(1))], [], { allowLate: true }, [clash])).toMatchObject({
    blocking: [`duplicate ${day(1)}`],
  });
});

test("every problem is named, in the order of the ids", () => {
  const files = [file(day(1)), file(day(3), "other"), file(day(5))];
  expect(summary(files, [row(day(2)), row(day(3)), row(day(4), { status: "partial" })])).toMatchObject({
    problems: [
      `late ${day(1)}`,
      `missing ${day(2)}`,
      `changed ${day(3)}`,
      `missing ${day(4)}`,
      `partial ${day(4)}`,
    ],
  });
});

test("the plan is a value: what it was made from is unchanged", () => {
  const files = Object.freeze([file(day(2)), file(day(3))].map((one) => Object.freeze(one)));
  const ledger = Object.freeze([Object.freeze(row(day(1)))]);
  expect(() => planMigrations(files, [], ledger, Object.freeze({ to: day(2) }))).not.toThrow();
});
