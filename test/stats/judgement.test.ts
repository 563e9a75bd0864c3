/** What is judged without a server: thresholds, differences of snapshots, doubles of indexes, bloat, sequences, redaction. */
import { describe, expect, test } from "vitest";
import { estimateBloat } from "../../src/stats/bloat.ts";
import type { TableShape } from "../../src/stats/bloat.ts";
import { judge, worstOf } from "../../src/stats/check/judge.ts";
import type { Readings } from "../../src/stats/check/judge.ts";
import { renderJunit } from "../../src/stats/check/junit.ts";
import { renamed } from "../../src/stats/check/objects.ts";
import { renderNagios } from "../../src/stats/check/nagios.ts";
import { thresholdsOf } from "../../src/cli/commands/stats/shared/thresholds.ts";
import { findDoubles } from "../../src/stats/duplicate-indexes.ts";
import type { IndexShape } from "../../src/stats/duplicate-indexes.ts";
import type { Counting } from "../../src/stats/rates.ts";
import { rates } from "../../src/stats/rates.ts";
import { redact } from "../../src/stats/redact.ts";
import { doneOf } from "../../src/stats/reports/progress.ts";
import { judgeSequence } from "../../src/stats/reports/sequences.ts";
import { compareSnapshots } from "../../src/stats/snapshot/compare.ts";
import { snapshotSchema } from "../../src/stats/snapshot/model.ts";
import type { Snapshot } from "../../src/stats/snapshot/model.ts";
import { normaliseStatement } from "../../src/stats/statements/normalise.ts";
import { settingNames } from "../../src/settings/resolve.ts";
import { settingsTable } from "../../src/settings/table.ts";
import type { SettingsValues } from "../../src/settings/table.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made from the same table that types it
const defaults = Object.fromEntries(
  settingNames().map((name) => [name, settingsTable[name].default]),
) as unknown as SettingsValues;

const well: Readings = {
  connectionPercent: 10,
  connections: 10,
  usableConnections: 100,
  idleInTransactionMs: 0,
  transactionMs: 0,
  blockedMs: 0,
  preparedMs: 0,
  wraparound: { database: "shop", xidAge: 1000, mxidAge: 10 },
  sequences: null,
  cacheHitPercent: undefined,
  lagMs: null,
  badSlots: [],
  deadTable: null,
  invalidIndexes: [],
  requestedPercent: null,
  isArchiverFailing: false,
  seesAll: true,
};

describe("judge", () => {
  test("all is well", () => {
    expect(worstOf(judge(well, thresholdsOf(defaults)))).toBe("ok");
  });

  test("objects are data beside the sentence, and are called otherwise whatever they are called", () => {
    const found = judge(
      {
        ...well,
        sequences: { schema: "a b", name: "used of public.x", percent: 99 },
        invalidIndexes: [
          { schema: "public", name: "i, public.j" },
          { schema: "public", name: "" },
        ],
        badSlots: ["lost or about to be: s"],
      },
      thresholdsOf(defaults),
    );
    const said = (check: string): string =>
      found
        .filter((one) => one.check === check)
        .map((one) => renamed(one, (object) => ({ ...object, schema: null, name: object.kind })).message)
        .join();
    expect(found.find(({ check }) => check === "sequences")).toMatchObject({
      message: "99 % used of a b.used of public.x",
      objects: [{ kind: "sequence", schema: "a b", name: "used of public.x" }],
    });
    expect(said("sequences")).toBe("99 % used of sequence");
    expect(said("invalid-indexes")).toBe("index, index");
    expect(said("slots")).toBe("lost or about to be: slot");
    expect(said("connections")).toBe("10 % of the connections are in use (10 of 100)");
  });

  test("durations are said as people say them", () => {
    const [said] = judge({ ...well, transactionMs: 2_700_000 }, thresholdsOf(defaults)).filter(
      ({ check }) => check === "transaction-age",
    );
    expect(said).toMatchObject({ value: 2_700_000, message: "45 min is the longest time in a transaction" });
  });

  test("what is near wraparound is said: transactions or multixacts, and of which database", () => {
    const said = (wraparound: Readings["wraparound"]): unknown =>
      judge({ ...well, wraparound }, thresholdsOf(defaults)).find(({ check }) => check === "wraparound");
    expect(said({ database: "shop", xidAge: 1200, mxidAge: 7 })).toMatchObject({
      value: 1200,
      unit: "xids",
      message: "1,200 transactions since the oldest frozen one, in shop",
    });
    expect(said({ database: "shop", xidAge: 3, mxidAge: 1_200_000_000 })).toMatchObject({
      value: 1_200_000_000,
      message: "1,200,000,000 multixacts since the oldest one, in shop",
    });
  });

  test.each<[check: string, readings: Partial<Readings>, status: string]>([
    ["connections", { connectionPercent: 80 }, "ok"],
    ["connections", { connectionPercent: 80.1 }, "warning"],
    ["connections", { connectionPercent: 90.1 }, "critical"],
    ["idle-in-transaction", { idleInTransactionMs: 60_001 }, "warning"],
    ["idle-in-transaction", { idleInTransactionMs: 300_001 }, "critical"],
    ["idle-in-transaction", { seesAll: false }, "unknown"],
    ["idle-in-transaction", { seesAll: false, idleInTransactionMs: 300_001 }, "critical"],
    ["transaction-age", { transactionMs: 1_800_001 }, "critical"],
    ["blocked", { blockedMs: 10_001 }, "warning"],
    ["blocked", { blockedMs: 60_001 }, "critical"],
    ["prepared", { preparedMs: 3_600_001 }, "critical"],
    ["wraparound", { wraparound: { database: "shop", xidAge: 1_000_000_001, mxidAge: 0 } }, "warning"],
    ["wraparound", { wraparound: { database: "shop", xidAge: 1_500_000_001, mxidAge: 0 } }, "critical"],
    ["wraparound", { wraparound: { database: "shop", xidAge: 10, mxidAge: 1_000_000_001 } }, "warning"],
    ["sequences", { sequences: { schema: "public", name: "s", percent: 76 } }, "warning"],
    ["cache-miss", { cacheHitPercent: 99.5 }, "ok"],
    ["cache-miss", { cacheHitPercent: 98 }, "warning"],
    ["cache-miss", { cacheHitPercent: 94 }, "critical"],
    ["replication-lag", { lagMs: 31_000 }, "warning"],
    ["replication-lag", { lagMs: 0, seesAll: false }, "unknown"],
    ["slots", { badSlots: ["a"] }, "critical"],
    ["dead-rows", { deadTable: { schema: "public", name: "t", percent: 25 } }, "warning"],
    ["invalid-indexes", { invalidIndexes: [{ schema: "public", name: "i" }] }, "warning"],
    ["requested-checkpoints", { requestedPercent: 100 }, "warning"],
    ["archiver", { isArchiverFailing: true }, "critical"],
    ["archiver", { isArchiverFailing: undefined }, "unknown"],
    ["sequences", { sequences: undefined }, "unknown"],
    ["dead-rows", { deadTable: undefined }, "unknown"],
    ["requested-checkpoints", { requestedPercent: undefined }, "unknown"],
  ])("%s %j is %s", (check, readings, status) => {
    const found = judge({ ...well, ...readings }, thresholdsOf(defaults)).find((one) => one.check === check);
    expect(found?.status).toBe(status);
  });

  test("the worst wins; what cannot be seen is worse than what is well", () => {
    const statuses = (readings: Partial<Readings>): string =>
      worstOf(judge({ ...well, ...readings }, thresholdsOf(defaults)));
    expect(statuses({ seesAll: false })).toBe("unknown");
    expect(statuses({ seesAll: false, blockedMs: 10_001 })).toBe("warning");
    expect(statuses({ blockedMs: 10_001, badSlots: ["a"] })).toBe("critical");
  });

  const report = (readings: Partial<Readings>): Parameters<typeof renderNagios>[0] => {
    const checks = judge({ ...well, ...readings }, thresholdsOf(defaults));
    return { checks, status: worstOf(checks), notes: [], server: { version: "18" } };
  };

  test("nagios: one line with performance data, then what is wrong", () => {
    const [first = "", second = ""] = renderNagios(
      report({ invalidIndexes: [{ schema: "public", name: "a|b" }], blockedMs: 70_000 }),
    ).split("\n");
    expect(first).toMatch(
      /^VEZA CRITICAL - blocked: 1 min 10 s is the longest wait for a lock; invalid-indexes: public\.a b \| /,
    );
    expect(first).toContain("'connections'=10%;80;90;0;100");
    expect(first).toContain("'blocked'=70000ms;10000;60000;0;");
    expect(first.match(/\|/g)).toHaveLength(1);
    expect(second).toBe("[CRITICAL] blocked: 1 min 10 s is the longest wait for a lock");
  });

  test("junit: counts and escapes", () => {
    const xml = renderJunit(
      report({ invalidIndexes: [{ schema: "public", name: '<a> & "b"\u0007' }], seesAll: false }),
    );
    expect(xml).toContain('failures="1" errors="2"');
    expect(xml).toContain("&lt;a&gt; &amp; &quot;b&quot;\ufffd");
  });
});

interface Made {
  readonly takenAt?: string;
  readonly startedAt?: string;
  readonly calls?: number;
  readonly totalMs?: number;
  readonly since?: string;
  readonly resetAt?: string | null;
  readonly evictions?: number;
  readonly seqScans?: number;
  readonly commits?: number;
  readonly queryid?: string;
}

function snapshot(made: Made = {}): Snapshot {
  const {
    calls = 10,
    totalMs = 100,
    since,
    resetAt = null,
    evictions = 0,
    seqScans = 5,
    commits = 50,
    queryid = "-7",
  } = made;
  return {
    schema: snapshotSchema,
    takenAt: made.takenAt ?? "2026-01-01T00:00:00Z",
    server: { version: "18.1", startedAt: made.startedAt ?? "2025-12-01T00:00:00Z" },
    database: "app",
    statements: {
      entries: [
        {
          userId: "10",
          databaseId: "5",
          queryid,
          toplevel: true,
          user: "u",
          database: "app",
          since,
          counters: { calls, totalMs, rows: calls },
          meanMs: totalMs / calls,
          stddevMs: 0,
          maxMs: 1,
        },
      ],
      info: { entries: 1, maxEntries: 5000, hidden: 0, evictions, resetAt },
      texts: { [`10/5/${queryid}`]: "SELECT 1" },
    },
    tables: [{ schema: "public", table: "t", bytes: 8192, rows: 10, counters: { seqScans } }],
    sections: [{ name: "database", resetAt, counters: { xact_commit: commits } }],
    notes: [],
  };
}

describe("compareSnapshots", () => {
  const later = "2026-01-01T00:00:10Z";

  test("what grew, by second", () => {
    const diff = compareSnapshots(
      snapshot(),
      snapshot({ takenAt: later, calls: 30, totalMs: 500, seqScans: 9, commits: 70 }),
    );
    expect(diff.windowMs).toBe(10_000);
    expect(diff.events).toEqual([]);
    expect(diff.statements).toMatchObject([
      {
        queryid: "-7",
        calls: 20,
        callsPerSecond: 2,
        totalMs: 400,
        meanMs: 20,
        meanBeforeMs: 10,
        share: 1,
        mark: "grown",
        query: "SELECT 1",
      },
    ]);
    expect(diff.tables).toMatchObject([{ table: "t", mark: "same", seqScans: 4 }]);
    expect(diff.counters).toEqual([
      { section: "database", counter: "xact_commit", grown: 20, perSecond: 2, isReset: false },
    ]);
  });

  test.each<[what: string, before: Made, after: Made, mark: string, event: RegExp]>([
    [
      "a reset of all",
      {},
      { calls: 3, totalMs: 9, resetAt: later, commits: 2, seqScans: 1 },
      "reset",
      /reset at/,
    ],
    ["calls that caught up, time that did not", {}, { calls: 12, totalMs: 50 }, "reset", /^$/],
    [
      "an eviction that came back",
      { since: "2025-12-02T00:00:00Z" },
      { calls: 99, totalMs: 999, since: later },
      "reset",
      /^$/,
    ],
    [
      "an entry that was born while the first snapshot was read",
      { since: "2026-01-01T00:00:00.001Z", calls: 1, totalMs: 1 },
      { since: "2026-01-01T00:00:00.001Z", calls: 4, totalMs: 4 },
      "grown",
      /^$/,
    ],
    ["evictions elsewhere", {}, { calls: 11, totalMs: 101, evictions: 4 }, "grown", /evicted 4 times/],
    [
      "a restart",
      {},
      { startedAt: later, calls: 1, totalMs: 1, commits: 1, seqScans: 0 },
      "reset",
      /restarted at/,
    ],
    ["another statement in its place", {}, { queryid: "8", calls: 5 }, "new", /1 statements are gone/],
  ])("%s is marked, and never negative", (_what, before, after, mark, event) => {
    const diff = compareSnapshots(snapshot(before), snapshot({ takenAt: later, ...after }));
    expect(diff.statements.map((statement) => statement.mark)).toEqual([mark]);
    expect(diff.events.join("\n")).toMatch(event);
    const numbers = [...diff.statements, ...diff.counters, ...diff.tables]
      .flatMap((row) => Object.entries(row))
      .filter(([name, value]) => typeof value === "number" && !["bytesGrown", "rowsGrown"].includes(name))
      .map(([, value]) => Number(value));
    expect(Math.min(0, ...numbers)).toBe(0);
  });

  test("tables that came and went", () => {
    const [before, after] = [snapshot(), snapshot({ takenAt: later })];
    const renamed = { ...after, tables: after.tables.map((table) => ({ ...table, table: "other" })) };
    const marks = compareSnapshots(before, renamed).tables.map(({ table, mark }) => [table, mark]);
    expect(marks).toEqual(
      expect.arrayContaining([
        ["other", "new"],
        ["t", "dropped"],
      ]),
    );
  });
});

describe("findDoubles", () => {
  const index = (oid: string, columns: string, more: Partial<IndexShape> = {}): IndexShape => ({
    oid,
    tableOid: "1",
    method: "btree",
    keyCount: columns.split(" ").length,
    columns,
    classes: columns.replaceAll(/\d+/g, "1978"),
    collations: columns.replaceAll(/\d+/g, "0"),
    options: columns.replaceAll(/\d+/g, "0"),
    expressions: null,
    predicate: null,
    isUnique: false,
    isNeeded: false,
    scans: 0,
    ...more,
  });

  test.each<[what: string, indexes: readonly IndexShape[], expected: readonly string[]]>([
    ["two of the same: the younger goes", [index("10", "1"), index("11", "1")], ["11 duplicate of 10"]],
    [
      "the one that is scanned stays",
      [index("10", "1"), index("11", "1", { scans: 5 })],
      ["10 duplicate of 11"],
    ],
    [
      "the unique one stays",
      [index("10", "1"), index("11", "1", { isUnique: true })],
      ["10 duplicate of 11"],
    ],
    [
      "a constraint's stays",
      [index("10", "1"), index("11", "1", { isUnique: true, isNeeded: true })],
      ["10 duplicate of 11"],
    ],
    ["a beginning of another one", [index("10", "1"), index("11", "1 2")], ["10 covered of 11"]],
    ["a unique beginning is needed", [index("10", "1", { isUnique: true }), index("11", "1 2")], []],
    ["another order of columns", [index("10", "2 1"), index("11", "1 2")], []],
    ["another direction", [index("10", "1", { options: "3" }), index("11", "1 2")], []],
    ["another operator class", [index("10", "1", { classes: "10046" }), index("11", "1")], []],
    ["another predicate", [index("10", "1", { predicate: "(a > 1)" }), index("11", "1")], []],
    ["another method", [index("10", "1", { method: "hash" }), index("11", "1")], []],
    [
      "other expressions",
      [index("10", "0", { expressions: "lower(a)" }), index("11", "0", { expressions: "upper(a)" })],
      [],
    ],
    ["other tables", [index("10", "1"), index("11", "1", { tableOid: "2" })], []],
    [
      "one that includes more does the work",
      [index("10", "1"), index("11", "1 2", { keyCount: 1 })],
      ["10 duplicate of 11"],
    ],
    [
      "one that includes less does not",
      [index("10", "1 2", { keyCount: 1 }), index("11", "1", { isNeeded: true })],
      [],
    ],
    [
      "three of the same: one stays",
      [index("10", "1"), index("11", "1"), index("12", "1")],
      ["12 duplicate of 10", "11 duplicate of 10"],
    ],
  ])("%s", (_what, indexes, expected) => {
    expect(
      findDoubles(indexes).map(({ index: gone, kind, by }) => `${gone.oid} ${kind} of ${by.oid}`),
    ).toEqual(expected);
  });
});

describe("estimateBloat", () => {
  const shape: TableShape = {
    pages: 100,
    rows: 1000,
    fillFactor: null,
    columns: 2,
    known: 2,
    width: 100,
    hasNulls: false,
  };
  test.each<[what: string, shape: Partial<TableShape>, pages: number | null]>([
    ["half of the pages are too many", { pages: 34 }, 17],
    ["packed", { pages: 17 }, 0],
    ["fewer pages than estimated is no negative bloat", { pages: 5 }, 0],
    ["a fill factor is no bloat", { pages: 34, fillFactor: 50 }, 0],
    ["never analyzed", { rows: -1 }, null],
    ["statistics that may not be seen", { known: 1 }, null],
    ["empty", { pages: 0 }, null],
  ])("%s", (_what, given, pages) => {
    expect(estimateBloat({ ...shape, ...given }, 8192)).toBe(pages === null ? null : pages * 8192);
  });
});

describe("judgeSequence", () => {
  const sequence = {
    schema: "public",
    sequence: "s",
    lastValue: "50",
    mayRead: true,
    min: "1",
    max: "9223372036854775807",
    increment: "1",
    cycles: false,
    isIdentity: false,
    isBound: false,
    tableSchema: "public",
    table: "t",
    column: "id",
    columnType: "integer",
  };
  test.each<[what: string, given: Partial<typeof sequence>, used: number | null, left: string | null]>([
    ["a column ends before its sequence", { lastValue: "2147483647" }, 1, "0"],
    ["smallint", { columnType: "smallint", lastValue: "16384" }, 0.5, "16383"],
    ["bigint", { columnType: "bigint", lastValue: "9223372036854775807" }, 1, "0"],
    [
      "downwards",
      { increment: "-1", min: "-9223372036854775808", max: "-1", lastValue: "-2147483648" },
      1,
      "0",
    ],
    ["in steps", { increment: "10", max: "100", columnType: "bigint", lastValue: "51" }, 0.505, "4"],
  ])("%s", (_what, given, used, left) => {
    const judged = judgeSequence({ ...sequence, ...given });
    expect(judged.used).toBeCloseTo(used ?? 0, 2);
    expect(judged.left).toBe(left);
  });

  test("never used", () => {
    expect(judgeSequence({ ...sequence, lastValue: null })).toMatchObject({
      used: null,
      left: null,
      fix: null,
    });
  });
});

test("a query text shows no password", () => {
  expect(redact("ALTER ROLE x WITH PASSWORD 'it''s secret' VALID UNTIL 'x'")).toBe(
    "ALTER ROLE x WITH PASSWORD '***' VALID UNTIL 'x'",
  );
  expect(redact("CREATE USER x password E'a\\'b'")).not.toContain("b'");
  expect(redact("ALTER ROLE x PASSWORD $q$secret$q$")).not.toContain("secret");
  expect(redact("CREATE SUBSCRIPTION s CONNECTION 'host=h password=secret dbname=d'")).not.toContain(
    "secret",
  );
  expect(redact("ALTER ROLE x PASSWORD 'cut in the mid")).not.toContain("cut");
});

test("columns of every version become the same counters", () => {
  const old = normaliseStatement(
    { userid: 1, dbid: 2, queryid: "3", calls: "4", total_time: 5, blk_read_time: 1, blk_write_time: 2 },
    8192,
  );
  const now = normaliseStatement(
    {
      userid: 1,
      dbid: 2,
      queryid: "3",
      calls: "4",
      total_exec_time: 5,
      shared_blk_read_time: 1,
      shared_blk_write_time: 1,
      local_blk_read_time: 1,
      toplevel: false,
    },
    8192,
  );
  expect(old.counters).toMatchObject({ calls: 4, totalMs: 5, ioMs: 3 });
  expect(now.counters).toMatchObject({ calls: 4, totalMs: 5, ioMs: 3 });
  expect([old.toplevel, now.toplevel]).toEqual([true, false]);
  expect(old.counters).not.toHaveProperty("walBytes");
});

test("rates are by second, null after a reset, and absent for what is new", () => {
  const counting: Counting<{ id: number; n: number }> = { keyOf: ({ id }) => String(id), fields: ["n"] };
  const report = (
    rows: readonly { id: number; n: number }[],
  ): { rows: readonly { id: number; n: number }[] } => ({ rows });
  const after = rates(
    counting,
    report([
      { id: 1, n: 10 },
      { id: 2, n: 10 },
    ]),
    report([
      { id: 1, n: 30 },
      { id: 2, n: 5 },
      { id: 3, n: 1 },
    ]),
    2000,
  );
  expect(after.rows).toEqual([
    { id: 1, n: 30, perSecond: { n: 10 } },
    { id: 2, n: 5, perSecond: { n: null } },
    { id: 3, n: 1 },
  ]);
});

test("progress knows its whole by many names", () => {
  expect(doneOf({ heap_blks_scanned: 5, heap_blks_total: 10 })).toBe(0.5);
  expect(doneOf({ blocks_done: 0, blocks_total: 0, tuples_done: 1, tuples_total: 4 })).toBe(0.25);
  expect(doneOf({ phase: "initializing" })).toBeNull();
});
