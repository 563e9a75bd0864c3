/** The whole of a conversion before it begins: its slices, its SQL, locks, estimates and ways back. Pure. */
import { calendarOf, nowFor } from "../calendar.ts";
import { joinSql } from "../create-sql.ts";
import { partitionName } from "../names.ts";
import type { Instant, Interval, KeyType, Step } from "../model.ts";
import type { Phase, Slice, Spec } from "./model.ts";
import {
  cutoverSql,
  keyIndexSql,
  keysSql,
  needsKey,
  stagingSql,
  startSyncSql,
  swapSql,
  validateSql,
} from "./steps-sql.ts";
import { legacyName } from "./names.ts";
import { quoteName } from "../like.ts";

/** More partitions than that are no plan but a mistake: a row of the year 1 in a table cut by days. */
const mostSlices = 3000;

export interface SliceWishes {
  readonly table: string;
  readonly interval: Interval;
  readonly timezone: string;
  readonly keyType: KeyType;
  readonly premake: number;
  readonly now: Instant;
  readonly first: Instant | undefined;
  readonly last: Instant | undefined;
  readonly taken: ReadonlySet<string>;
}

/** A slice for each period from the first row to the last one, and ahead of now; undefined when that is too many. */
export function planSlices(wishes: SliceWishes): Slice[] | undefined {
  const { interval, timezone, keyType, taken } = wishes;
  const calendar = calendarOf(interval, timezone, keyType);
  const now = nowFor(keyType, wishes.now, timezone);
  const from = calendar.periodAt(Math.min(now, wishes.first ?? now)).from;
  const end = Math.max(calendar.later(now, wishes.premake + 1), calendar.periodAt(wishes.last ?? now).to);
  const names = new Set(taken);
  const slices: Slice[] = [];
  for (let at = from; at < end;) {
    if (slices.length === mostSlices) return undefined;
    const range = calendar.periodAt(at);
    const name = partitionName(wishes.table, range, calendar, (word) => names.has(word));
    names.add(name);
    slices.push({ name, range });
    at = range.to;
  }
  return slices;
}

export interface ConvertStep extends Step {
  readonly phase: Phase;
  /** How long it may take, from the size of the table; a guess. */
  readonly estimateMs: number;
  /** How it is undone, or what is left of it when it fails. */
  readonly undo: string;
}

/** Rows and bytes that a modest server gets through in a second. */
const rates = { scan: 100e6, index: 400_000, copy: 40_000, validate: 1e6, verify: 250_000 };

/** A step of a plan; `ms` is what it may take. */
export function step(
  phase: Phase,
  why: string,
  lock: string,
  sql: readonly string[],
  ms: number,
  undo: string,
): ConvertStep {
  return { phase, why, lock, sql: joinSql(sql), estimateMs: Math.round(ms), undo };
}

export function planConversion(spec: Spec): ConvertStep[] {
  const table = `${spec.schema}.${spec.name}`;
  const { rows, bytes, foreignKeys, views } = spec.parts;
  const size = Math.max(0, rows);
  const refs = foreignKeys.map((key) => `ACCESS EXCLUSIVE on ${key.schema}.${key.table}`);
  const exclusive = [
    ...views.map((view) => `ACCESS EXCLUSIVE on ${view.schema}.${view.name}`),
    `ACCESS EXCLUSIVE on ${table}`,
    ...refs,
  ].join(", ");
  const abort = `veza-db partition convert ${spec.name} --abort`;
  const slices = spec.slices.map(({ name }) => name);
  const source = quoteName({ schema: spec.schema, name: spec.source });
  const staging = quoteName({ schema: spec.schema, name: spec.staging });
  const isConvert = spec.kind === "convert";
  return [
    ...(isConvert && needsKey(spec)
      ? [
          step(
            "index",
            `the primary key must hold ${spec.column}; its index is built beforehand`,
            `SHARE UPDATE EXCLUSIVE on ${table}`,
            [keyIndexSql(spec)],
            (size / rates.index) * 1000,
            abort,
          ),
        ]
      : []),
    ...(isConvert
      ? [
          step(
            "cutover",
            `${table} becomes the one partition of a partitioned table that takes its name; no row is moved`,
            exclusive,
            ["BEGIN", ...cutoverSql(spec), "COMMIT"],
            50,
            `${abort} (rolled back whole when it fails)`,
          ),
          step(
            "analyze",
            "the new table has no statistics, and autovacuum never makes any",
            `SHARE UPDATE EXCLUSIVE on ${table}`,
            [`ANALYZE ${quoteName(spec)}`],
            1000,
            "nothing to undo",
          ),
        ]
      : []),
    step(
      "staging",
      "the slices, empty, under a table of their own",
      "none that anybody waits for",
      ["BEGIN", ...stagingSql(spec), "COMMIT"],
      20 * slices.length,
      abort,
    ),
    step(
      "sync",
      "from here on every change is written to the slices too",
      `SHARE ROW EXCLUSIVE on ${spec.schema}.${spec.source}`,
      ["BEGIN", ...startSyncSql(spec), "COMMIT"],
      10,
      abort,
    ),
    step(
      "copy",
      "rows are copied in batches of blocks, each held FOR SHARE for about 50 ms",
      "row locks",
      [
        `INSERT INTO ${staging} SELECT … FROM ONLY ${source} WHERE ctid >= … AND ctid < … FOR SHARE ON CONFLICT DO NOTHING`,
      ],
      (size / rates.copy) * 1000 + bytes / rates.scan,
      abort,
    ),
    ...(foreignKeys.length === 0
      ? []
      : [
          step(
            "keys",
            "the slices get their foreign keys, checked one by one",
            foreignKeys.map((key) => `SHARE ROW EXCLUSIVE on ${key.schema}.${key.table}`).join(", "),
            [...keysSql(spec, slices), ...validateSql(spec, slices)],
            (size / rates.validate) * 1000,
            abort,
          ),
        ]),
    step(
      "verify",
      "both sides are compared in one snapshot: rows and hashes",
      "none",
      [`SELECT count(*), sum(hash) FROM ${source}, ${staging}`],
      (size / rates.verify) * 1000,
      "nothing to undo",
    ),
    step(
      "swap",
      `the slices take the place of ${spec.source}`,
      exclusive.replace(`on ${table}`, `on ${table}, ACCESS EXCLUSIVE on ${spec.schema}.${spec.source}`),
      ["BEGIN", ...swapSql(spec), "COMMIT"],
      5 * slices.length + 20,
      isConvert
        ? `veza-db partition convert ${spec.name} --rollback (${spec.source} is kept equal by triggers)`
        : "rolled back whole when it fails",
    ),
    step(
      "finish",
      "statistics of the whole",
      `SHARE UPDATE EXCLUSIVE on ${table}`,
      [`ANALYZE ${quoteName(spec)}`],
      1000,
      "nothing to undo",
    ),
  ];
}

/** What people should know before they say yes. */
export function conversionWarnings(spec: Spec): string[] {
  const { primaryKey, selfKeys } = spec.parts;
  const list = primaryKey.columns.join(", ");
  return [
    ...(needsKey(spec)
      ? [
          `(${list}) alone is no longer unique by constraint: the key is (${spec.key.join(", ")}), and ON CONFLICT (${list}) of applications fails from the cut-over on`,
        ]
      : []),
    ...(spec.selfFk === "drop"
      ? selfKeys.map(({ name }) => `${name} is dropped: nothing checks any more what ${spec.name} refers to`)
      : []),
    ...(spec.selfFk === "trigger"
      ? selfKeys.map(
          ({ name }) =>
            `${name} becomes triggers: they look into every partition, and detaching a partition passes them by`,
        )
      : []),
    `${legacyName(spec.name)} stays after the swap, kept equal by triggers, until veza-db partition retain drops it after its grace: each write is done twice so long`,
  ];
}
