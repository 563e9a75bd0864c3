export const intervals = ["day", "week", "month", "quarter", "year"] as const;
export type Interval = (typeof intervals)[number];

/** So many days, weeks, … by the calendar. */
export interface Span {
  readonly count: number;
  readonly unit: Interval;
}

/** A moment in microseconds since 1970-01-01 UTC; a date stands for its midnight. ±Infinity: MINVALUE, MAXVALUE. */
export type Instant = number;

/** From inclusive, to exclusive. */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

interface PolicyBase {
  /** As people find it, e.g. `partitions/events.json`. */
  readonly file: string;
  /** Undefined: the first table of that name on the search path. */
  readonly schema: string | undefined;
  readonly name: string;
  /** As the file says it. */
  readonly shownTable: string;
  readonly column: string;
}

export interface RangePolicy extends PolicyBase {
  readonly kind: "range";
  readonly interval: Interval;
  /** Partitions to be there beyond the current one. */
  readonly premake: number;
  readonly retain: Span | undefined;
  /** A folder, absolute. */
  readonly archive: string | undefined;
  readonly grace: Span;
  readonly timezone: string;
  readonly wantsDefault: boolean;
}

export interface PurgePolicy extends PolicyBase {
  readonly kind: "purge";
  /** How long after its time a row stays. */
  readonly purge: Span;
  /** Rows a transaction. */
  readonly batch: number;
}

export type Policy = RangePolicy | PurgePolicy;

/** What a column of times is: bounds are written for it. */
export type KeyType = "timestamptz" | "date";

export interface Partition {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly range: Range;
  /** As the catalog has it, in UTC: `FOR VALUES FROM ('…') TO ('…')`. */
  readonly bound: string;
  readonly isPending: boolean;
  /** What the planner takes it to hold; undefined where it was never analysed. */
  readonly rowsEstimate: number | undefined;
}

export interface DefaultPartition {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
}

/** A range-partitioned table as the database has it. */
export interface PartitionedTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly keyType: KeyType;
  /** In the order of their bounds. */
  readonly partitions: readonly Partition[];
  readonly defaultPartition: DefaultPartition | undefined;
  readonly ownerIsOurs: boolean;
  readonly owner: string;
}

/** One thing to be done, whole or not at all. */
export interface Step {
  readonly sql: string;
  /** The strongest lock that it takes on something others use, and on what. */
  readonly lock: string;
  readonly why: string;
}

/** A partition that maintain makes. */
export interface NewPartition {
  readonly name: string;
  readonly range: Range;
}

/** What maintain would do to one table, before the SQL of it is written. */
export interface MaintenancePlan {
  readonly policy: RangePolicy;
  readonly table: PartitionedTable;
  /** A detach that was begun and not finished. */
  readonly finalize: readonly Partition[];
  readonly create: readonly NewPartition[];
  /** Past `retain`. */
  readonly detach: readonly Partition[];
  readonly createsDefault: boolean;
  /** Periods that have rows in the default partition. */
  readonly drain: readonly NewPartition[];
  readonly problems: readonly { readonly partition: string; readonly message: string }[];
}

export interface Relation {
  readonly schema: string;
  readonly name: string;
}
