/** Which backups go: tables, without a disk. */
import { describe, expect, test } from "vitest";
import { planPrune } from "../../src/backup/prune/plan.ts";
import type { Candidate, PrunePlan, RetentionPolicy } from "../../src/backup/prune/plan.ts";
import type { BackupContents, Level, Manifest } from "../../src/backup/model.ts";

const none: RetentionPolicy = { keepDays: 0, keepLast: 0, keepDaily: 0, keepWeekly: 0, keepMonthly: 0 };
const now = new Date("2026-11-23T12:00:00Z");
const whole: BackupContents = { schemaOnly: false, tables: [], excludeTables: [], excludeTableData: [] };

interface Facts {
  readonly daysAgo: number;
  readonly problem?: string;
  readonly level?: Level | "never";
  readonly isPinned?: boolean;
  readonly cluster?: string;
  readonly contents?: BackupContents;
  readonly unknown?: readonly string[];
}

function backup({
  daysAgo,
  problem,
  level = "read",
  isPinned = false,
  cluster = "1",
  contents = whole,
  unknown = [],
}: Facts): Candidate {
  const startedAt = new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
  const manifest = {
    systemIdentifier: cluster,
    database: "db",
    contents,
    startedAt,
    bytes: 1,
  } as unknown as Manifest;
  const place = { path: "", base: "", manifest: "", verifications: "", pin: "" };
  const verifications = level === "never" ? [] : [{ at: startedAt, level, ok: true, failed: [] }];
  const id = `${cluster}:${String(9999 - daysAgo).padStart(6, "0")}${contents.schemaOnly ? "s" : ""}`;
  return { backup: { id, place, manifest, problem, isPinned, verifications }, unknown };
}

function kept(plan: PrunePlan): number[] {
  return plan.decisions
    .filter(({ action }) => action === "keep")
    .map(({ startedAt }) => daysSince(startedAt))
    .toSorted((a, b) => a - b);
}

function daysSince(time: string): number {
  return Math.round((now.getTime() - Date.parse(time)) / 86_400_000);
}

const daily = (count: number, from = 0): Candidate[] =>
  Array.from({ length: count }, (_, day) => backup({ daysAgo: day + from }));

describe("what a rule keeps", () => {
  const cases: [string, Candidate[], Partial<RetentionPolicy>, number[]][] = [
    ["nothing there", [], {}, []],
    ["30 days", daily(40), { keepDays: 30 }, Array.from({ length: 30 }, (_, day) => day)],
    ["without any rule, the newest verified", daily(5), {}, [0]],
    ["the last three, however old", daily(10, 100), { keepLast: 3 }, [100, 101, 102]],
    ["days that have one", [...daily(1), ...daily(3, 10)], { keepDaily: 3 }, [0, 10, 11]],
    // 2026-11-23 is a Monday: the week before is days 1 to 7, its newest is day 1.
    ["weeks, from Monday", daily(20), { keepWeekly: 3 }, [0, 1, 8]],
    ["months", daily(100), { keepMonthly: 3 }, [0, 23, 54]],
    [
      "rules together keep what any of them keeps",
      daily(40),
      { keepDays: 2, keepWeekly: 2, keepMonthly: 2 },
      [0, 1, 23],
    ],
    ["all old: the newest stays", daily(10, 60), { keepDays: 30 }, [60]],
    ["pinned", [...daily(2), backup({ daysAgo: 99, isPinned: true })], { keepDays: 1 }, [0, 99]],
    [
      "a folder with what is not ours",
      [...daily(2), backup({ daysAgo: 9, unknown: ["x"] })],
      { keepDays: 1 },
      [0, 9],
    ],
  ];
  test.each(cases)("%s", (_name, candidates, policy, expected) => {
    expect(kept(planPrune(candidates, { ...none, ...policy }, now))).toEqual(expected);
  });
});

describe("only good ones count", () => {
  const bad = { problem: "it lost a file" };
  const cases: [string, Candidate[], Partial<RetentionPolicy>, number[]][] = [
    // Securityonion's week: seven bad copies drove out every good one.
    [
      "bad ones drive no good one out",
      [...Array.from({ length: 7 }, (_, day) => backup({ daysAgo: day, ...bad })), ...daily(2, 7)],
      { keepLast: 2, keepDays: 3 },
      [0, 1, 2, 7, 8],
    ],
    [
      "while there is no good one, bad ones stay",
      [backup({ daysAgo: 90, ...bad }), backup({ daysAgo: 95, ...bad })],
      { keepDays: 30 },
      [90, 95],
    ],
    [
      "the newest verified one, though a newer one is not verified",
      [backup({ daysAgo: 40, level: "never" }), backup({ daysAgo: 50 }), backup({ daysAgo: 60 })],
      { keepDays: 30 },
      [40, 50],
    ],
    [
      "a list is no verification",
      [backup({ daysAgo: 40, level: "list" }), backup({ daysAgo: 50 })],
      { keepDays: 30 },
      [40, 50],
    ],
  ];
  test.each(cases)("%s", (_name, candidates, policy, expected) => {
    expect(kept(planPrune(candidates, { ...none, ...policy }, now))).toEqual(expected);
  });

  test("clusters of the same name, and parts of a database, are judged each by itself", () => {
    const schema = { ...whole, schemaOnly: true };
    const candidates = [
      backup({ daysAgo: 1 }),
      backup({ daysAgo: 50, cluster: "2" }),
      backup({ daysAgo: 60, contents: schema }),
    ];
    expect(kept(planPrune(candidates, { ...none, keepDays: 30 }, now))).toEqual([1, 50, 60]);
  });
});

describe("the calendar is UTC's", () => {
  const at = (time: string): Candidate => {
    const candidate = backup({ daysAgo: 0 });
    const { backup: one } = candidate;
    return { ...candidate, backup: { ...one, id: time, manifest: { ...one.manifest, startedAt: time } } };
  };
  const cases: [string, string[], Partial<RetentionPolicy>, string, string[]][] = [
    [
      "the ends of months, long and short",
      [
        "2024-01-30T23:30:00Z",
        "2024-01-31T23:59:59Z",
        "2024-02-01T00:00:00Z",
        "2024-02-29T12:00:00Z",
        "2024-03-31T01:00:00Z",
      ],
      { keepMonthly: 3 },
      "2024-03-31T12:00:00Z",
      ["2024-03-31T01:00:00Z", "2024-02-29T12:00:00Z", "2024-01-31T23:59:59Z"],
    ],
    [
      "a week over the end of a year",
      [
        "2026-12-27T10:00:00Z",
        "2026-12-28T10:00:00Z",
        "2026-12-31T10:00:00Z",
        "2027-01-03T10:00:00Z",
        "2027-01-04T10:00:00Z",
      ],
      { keepWeekly: 3 },
      "2027-01-04T12:00:00Z",
      ["2027-01-04T10:00:00Z", "2027-01-03T10:00:00Z", "2026-12-27T10:00:00Z"],
    ],
    // At 01:30 in Berlin, each night: where the clock is put on, two fall on one day of UTC's; where it is put back, none.
    [
      "nights when the clock is put on, and back: so many are kept as were asked for",
      [
        "2026-03-28T00:30:00Z",
        "2026-03-29T00:30:00Z",
        "2026-03-29T23:30:00Z",
        "2026-10-24T23:30:00Z",
        "2026-10-26T00:30:00Z",
      ],
      { keepDaily: 4 },
      "2026-10-26T01:00:00Z",
      ["2026-10-26T00:30:00Z", "2026-10-24T23:30:00Z", "2026-03-29T23:30:00Z", "2026-03-28T00:30:00Z"],
    ],
    [
      "so many days are so many times 24 hours",
      ["2026-03-28T12:00:00Z", "2026-03-28T12:00:01Z", "2026-03-30T12:00:00Z"],
      { keepDays: 2 },
      "2026-03-30T12:00:00Z",
      ["2026-03-30T12:00:00Z", "2026-03-28T12:00:01Z"],
    ],
  ];
  test.each(cases)("%s", (_name, times, policy, today, expected) => {
    const { decisions } = planPrune(times.map(at), { ...none, ...policy }, new Date(today));
    expect(decisions.filter(({ action }) => action === "keep").map(({ id }) => id)).toEqual(expected);
  });

  test("a clock that jumped ahead makes everything old: refused, since most would go", () => {
    const { refusal } = planPrune(daily(20), { ...none, keepDays: 30 }, new Date("2030-01-01T00:00:00Z"));
    expect(refusal?.reason).toBe("half");
  });
});

describe("refusals", () => {
  test.each([
    ["half is not over half", daily(4), { keepLast: 2 }, undefined],
    ["over half", daily(5), { keepLast: 2 }, "half"],
    ["a pause of forty days", [...daily(1), ...daily(30, 41)], { keepDays: 30 }, "half"],
    ["the clock went back by a day", [backup({ daysAgo: -1 }), ...daily(3)], { keepDays: 30 }, "clock"],
    [
      "clocks may differ by a minute",
      [backup({ daysAgo: -1 / 1440 }), ...daily(3)],
      { keepDays: 30 },
      undefined,
    ],
  ] as const)("%s", (_name, candidates, policy, reason) => {
    expect(planPrune(candidates, { ...none, ...policy }, now).refusal?.reason).toBe(reason);
  });

  test("each decision has its reason", () => {
    const { decisions } = planPrune(daily(40), { ...none, keepDays: 30, keepMonthly: 2 }, now);
    expect(decisions.every(({ reasons }) => reasons.length > 0)).toBe(true);
    expect(decisions.find(({ startedAt }) => daysSince(startedAt) === 39)?.reasons).toEqual([
      "it is 39 days old, and no rule keeps it",
    ]);
  });
});
