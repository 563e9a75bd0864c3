import { groupDigits } from "../../kernel/digits.ts";
import { formatDuration } from "../../kernel/duration.ts";
import type { Bounds, Check, CheckObject, Status, Thresholds } from "./model.ts";
import { naming } from "./objects.ts";

export interface InSchema {
  readonly schema: string;
  readonly name: string;
}

/** One of many, the worst of its kind. */
export interface Filled extends InSchema {
  readonly percent: number;
}

/** What was read, each part undefined where it could not be. Percent, milliseconds, transactions. */
export interface Readings {
  readonly connectionPercent: number;
  readonly connections: number;
  /** The limit less what is reserved. */
  readonly usableConnections: number;
  readonly idleInTransactionMs: number | undefined;
  readonly transactionMs: number | undefined;
  /** A session that waits for a lock; 0 where none does. */
  readonly blockedMs: number | undefined;
  readonly preparedMs: number | undefined;
  /** The database that is nearest to it: how many transactions, and multixacts, since the oldest ones. */
  readonly wraparound: { readonly database: string; readonly xidAge: number; readonly mxidAge: number };
  /** Null where there is none that can run out. */
  readonly sequences: Filled | null | undefined;
  /** Over a window; undefined without one, or when less than 100,000 blocks were asked for. */
  readonly cacheHitPercent: number | undefined;
  /** Null where nobody receives. */
  readonly lagMs: number | null | undefined;
  readonly badSlots: readonly string[] | undefined;
  /** Null where no table has enough dead rows to be judged; undefined when nobody counts them. */
  readonly deadTable: Filled | null | undefined;
  readonly invalidIndexes: readonly InSchema[] | undefined;
  /** Null before there were enough checkpoints to tell. */
  readonly requestedPercent: number | null | undefined;
  readonly isArchiverFailing: boolean | undefined;
  /** Why something may be missing: the role sees not everything. */
  readonly seesAll: boolean;
}

/** Judges what was read. Pure: the same readings and thresholds always give the same answer. */
export function judge(readings: Readings, thresholds: Thresholds): readonly Check[] {
  const { seesAll, wraparound } = readings;
  const { sequences, deadTable, badSlots, invalidIndexes, lagMs, cacheHitPercent } = readings;
  return [
    measure(
      "connections",
      readings.connectionPercent,
      "%",
      thresholds.connections,
      `of the connections are in use (${readings.connections} of ${readings.usableConnections})`,
      "stats connections",
    ),
    session(
      "idle-in-transaction",
      readings.idleInTransactionMs,
      thresholds.idleInTransaction,
      "idle in transaction",
      "no session is idle in transaction",
      seesAll,
    ),
    session(
      "transaction-age",
      readings.transactionMs,
      thresholds.transaction,
      "in a transaction",
      "no transaction is open",
      seesAll,
    ),
    atRest(
      measure(
        "blocked",
        readings.blockedMs,
        "ms",
        thresholds.blocked,
        "is the longest wait for a lock",
        "stats locks --tree",
      ),
      "nobody waits for a lock",
    ),
    atRest(
      measure(
        "prepared",
        readings.preparedMs,
        "ms",
        thresholds.prepared,
        "is the age of the oldest prepared transaction",
        "stats transactions",
      ),
      "no transaction is prepared",
    ),
    naming(
      measure(
        "wraparound",
        Math.max(wraparound.xidAge, wraparound.mxidAge),
        "xids",
        thresholds.wraparound,
        `${wraparound.mxidAge > wraparound.xidAge ? "multixacts since the oldest" : "transactions since the oldest frozen"} one, in `,
        "stats vacuum",
      ),
      [{ kind: "database", schema: null, name: wraparound.database }],
    ),
    sequences === null
      ? fact("sequences", "ok", "no sequence can run out", null)
      : naming(
          measure(
            "sequences",
            sequences?.percent,
            "%",
            thresholds.sequence,
            "used of ",
            "stats sequences",
            "cannot be read by this role: GRANT SELECT ON ALL SEQUENCES IN SCHEMA … TO it",
          ),
          inSchema("sequence", sequences),
        ),
    ...(cacheHitPercent === undefined
      ? []
      : [
          measure(
            "cache-miss",
            100 - cacheHitPercent,
            "%",
            thresholds.cacheMiss,
            "of the blocks were not in the buffers",
            "stats cache",
          ),
        ]),
    lagMs === null
      ? fact("replication-lag", "ok", "nobody receives from this server, and it follows none", null)
      : measure(
          "replication-lag",
          seesAll ? lagMs : undefined,
          "ms",
          thresholds.lag,
          "is the longest lag",
          "stats replication",
        ),
    badSlots === undefined
      ? unknown("slots")
      : naming(
          fact(
            "slots",
            badSlots.length > 0 ? "critical" : "ok",
            badSlots.length > 0 ? "lost or about to be: " : "no slot is lost",
            "stats replication",
          ),
          badSlots.map((name) => ({ kind: "slot", schema: null, name })),
        ),
    deadTable === null
      ? fact("dead-rows", "ok", "no table has 10,000 dead rows", null)
      : naming(
          measure(
            "dead-rows",
            deadTable?.percent,
            "%",
            thresholds.deadRows,
            "dead rows in ",
            "stats vacuum",
            "track_counts is off: nobody counts dead rows",
          ),
          inSchema("table", deadTable),
        ),
    invalidIndexes === undefined
      ? unknown("invalid-indexes")
      : naming(
          fact(
            "invalid-indexes",
            invalidIndexes.length > 0 ? "warning" : "ok",
            invalidIndexes.length > 0 ? "" : "every index is valid",
            "stats indexes --invalid",
            invalidIndexes.length,
          ),
          invalidIndexes.flatMap((index) => inSchema("index", index)),
        ),
    readings.requestedPercent === null
      ? fact("requested-checkpoints", "ok", "too few checkpoints yet to tell", null)
      : measure(
          "requested-checkpoints",
          readings.requestedPercent,
          "%",
          thresholds.requestedCheckpoints,
          "of the checkpoints were asked for by WAL volume",
          "stats wal",
        ),
    readings.isArchiverFailing === undefined
      ? unknown("archiver")
      : fact(
          "archiver",
          readings.isArchiverFailing ? "critical" : "ok",
          readings.isArchiverFailing ? "archiving fails" : "archiving does not fail",
          "stats wal",
        ),
  ];
}

function inSchema(kind: CheckObject["kind"], found: InSchema | undefined): readonly CheckObject[] {
  return found === undefined ? [] : [{ kind, schema: found.schema, name: found.name }];
}

function session(
  check: string,
  value: number | undefined,
  bounds: Bounds,
  words: string,
  nothing: string,
  seesAll: boolean,
): Check {
  const found = atRest(
    measure(check, value, "ms", bounds, `is the longest time ${words}`, "stats transactions"),
    nothing,
  );
  // Without the privilege only one's own sessions are seen: what is bad is bad, but nothing is known to be well.
  return found.status === "ok" && !seesAll ? unknown(check) : found;
}

/** The same check, in words that fit when there is nothing to measure: 0 of a duration is none. */
function atRest(check: Check, nothing: string): Check {
  return check.value === 0 ? { ...check, message: nothing } : check;
}

function measure(
  check: string,
  value: number | undefined,
  unit: Check["unit"],
  bounds: Bounds,
  words: string,
  next: string,
  whyUnknown?: string,
): Check {
  if (value === undefined) return unknown(check, whyUnknown);
  const status: Status =
    bounds.crit !== null && value > bounds.crit ? "critical" : value > bounds.warn ? "warning" : "ok";
  const shown = Number(value.toFixed(unit === "%" ? 1 : 0));
  return {
    check,
    status,
    value: shown,
    unit,
    ...bounds,
    message: `${describe(shown, unit)} ${words}`,
    objects: [],
    next: status === "ok" ? null : next,
  };
}

function fact(
  check: string,
  status: Status,
  message: string,
  next: string | null,
  value: number | null = null,
): Check {
  return {
    check,
    status,
    value,
    unit: "count",
    warn: null,
    crit: null,
    message,
    objects: [],
    next: status === "ok" ? null : next,
  };
}

function unknown(check: string, why = "cannot be seen by this role: GRANT pg_monitor"): Check {
  return {
    check,
    status: "unknown",
    value: null,
    unit: "count",
    warn: null,
    crit: null,
    message: why,
    objects: [],
    next: "doctor",
  };
}

function describe(value: number, unit: Check["unit"]): string {
  if (unit === "%") return `${value} %`;
  if (unit === "ms") return formatDuration(value);
  return groupDigits(value);
}

const severity: readonly Status[] = ["critical", "warning", "unknown", "ok"];

/** The worst of all; what cannot be seen is worse than what is well, and better than what is known to be bad. */
export function worstOf(checks: readonly Check[]): Status {
  return severity.find((status) => checks.some((check) => check.status === status)) ?? "ok";
}

/** The worst first. */
export function worstFirst(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status));
}
