import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { boundParser } from "./bounds.ts";
import { policyError } from "./failure.ts";
import type {
  Instant,
  KeyType,
  Partition,
  PartitionedTable,
  Policy,
  PurgePolicy,
  RangePolicy,
} from "./model.ts";

export interface Session {
  readonly database: string;
  readonly user: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  /** The server's clock. */
  readonly now: Instant;
}

/** A range policy with its table. */
export interface Kept {
  readonly policy: RangePolicy;
  readonly table: PartitionedTable;
}

/** A purge policy with its table. */
export interface Purged {
  readonly policy: PurgePolicy;
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly columnType: "timestamptz" | "timestamp" | "date";
  readonly ownerIsOurs: boolean;
}

export interface PolicyTables {
  readonly session: Session;
  readonly kept: readonly Kept[];
  readonly purged: readonly Purged[];
}

/** A policy that its table does not fit, or whose table is not there. */
export interface Misfit {
  readonly policy: Policy;
  readonly error: VezaError;
}

interface TableRow {
  readonly index: number;
  readonly oid: number | null;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly isPartition: boolean;
  readonly strategy: string | null;
  readonly keys: number | null;
  readonly keyColumn: string | null;
  readonly column: string | null;
  readonly columnType: string | null;
  readonly shownType: string | null;
  readonly owner: string;
  readonly ownerIsOurs: boolean;
  /** The partitions: a line each, `oid schema pending rows bound` with tabs between, and their names in the same order. */
  readonly children: { readonly names: readonly string[] | null; readonly lines: string | null };
  /** Their names by their oids. */
  readonly schemas: Readonly<Record<string, string>>;
}

/**
 * Sets the session's zone and date style for all that follows (behind a pooler: in this transaction), and says what the
 * session is.
 */
export async function openSession(db: Db): Promise<Session> {
  try {
    const [row] = await db.query<Session>(loadSql(import.meta.url, "./sql/session.sql"), [db.facts.isPooled]);
    if (row === undefined) throw new Error("the session said nothing of itself");
    return row;
  } catch (error) {
    throw queryFailure(error, "looking at the session");
  }
}

/** Reads the tables of the policies, whole. Throws `partition.bad-policy` for one that its table does not fit. */
export async function readTables(db: Db, policies: readonly Policy[]): Promise<PolicyTables> {
  const { misfits, ...tables } = await readFitting(db, policies);
  const [first] = misfits;
  if (first !== undefined) throw first.error;
  return tables;
}

/** The same for those who only look: a policy that its table does not fit costs itself alone. */
export async function readFitting(
  db: Db,
  policies: readonly Policy[],
): Promise<PolicyTables & { readonly misfits: readonly Misfit[] }> {
  // Sent ahead of its answer.
  const opening = openSession(db);
  opening.catch(() => {});
  try {
    const wanted = policies.map(({ schema, name, column }, index) => ({ index, schema, name, column }));
    const rows = await db.query<TableRow>(loadSql(import.meta.url, "./sql/read-tables.sql"), [
      JSON.stringify(wanted),
    ]);
    const session = await opening;
    const kept: Kept[] = [];
    const purged: Purged[] = [];
    const misfits: Misfit[] = [];
    policies.forEach((policy, index) => {
      const row = rows[index];
      if (row === undefined) throw new Error("a policy's table was not looked for");
      try {
        if (policy.kind === "range") kept.push({ policy, table: tableOf(policy, row) });
        else purged.push(purgedOf(policy, row));
      } catch (error) {
        if (!(error instanceof VezaError)) throw error;
        misfits.push({ policy, error });
      }
    });
    return { session, kept, purged, misfits };
  } catch (error) {
    throw queryFailure(error, "reading the partitions");
  }
}

function tableOf(policy: RangePolicy, row: TableRow): PartitionedTable {
  const keyType = checkRange(policy, row);
  const partitions: Partition[] = [];
  let byDefault: PartitionedTable["defaultPartition"];
  const parse = boundParser();
  const lines = row.children.lines?.split("\n") ?? [];
  lines.forEach((line, index) => {
    const [oidText = "", namespace = "", pending, rows = "", bound = ""] = line.split("\t");
    const oid = Number(oidText);
    const schema = row.schemas[namespace] ?? "";
    const name = row.children.names?.[index] ?? "";
    if (bound === "DEFAULT") byDefault = { oid, schema, name };
    const range = parse(bound);
    if (range === undefined) return;
    const estimate = Number(rows);
    const rowsEstimate = estimate < 0 ? undefined : estimate;
    // Written out: spreading an object costs more than all the rest, a thousand times.
    partitions.push({ oid, schema, name, range, bound, isPending: pending === "t", rowsEstimate });
  });
  return {
    oid: row.oid ?? 0,
    schema: row.schema,
    name: row.name,
    keyType,
    partitions: partitions.toSorted((a, b) => a.range.from - b.range.from),
    defaultPartition: byDefault,
    owner: row.owner,
    ownerIsOurs: row.ownerIsOurs,
  };
}

/** What is not a table of rows that are kept by range, in words. */
const otherKinds: Readonly<Record<string, string>> = {
  v: "is a view",
  m: "is a materialized view",
  f: "is a foreign table",
  S: "is a sequence",
  c: "is a type",
  i: "is an index",
};

function checkRange(policy: RangePolicy, row: TableRow): KeyType {
  const { file, shownTable: table, column } = policy;
  checkTable(policy, row);
  if (row.kind !== "p") {
    throw policyError(
      file,
      "table",
      `${table} is not partitioned`,
      `a table that is PARTITION BY RANGE (${column}); veza-db partition convert ${table} --by ${column} --every ${policy.interval} makes one of it`,
    );
  }
  const strategies: Readonly<Record<string, string>> = { l: "LIST", h: "HASH" };
  const other = strategies[row.strategy ?? ""];
  if (other !== undefined)
    throw policyError(file, "table", `${table} is partitioned by ${other}`, "PARTITION BY RANGE");
  if (row.keys !== 1 || row.keyColumn === null)
    throw policyError(
      file,
      "table",
      `${table} is partitioned by ${row.keys === 1 ? "an expression" : `${row.keys ?? 0} keys`}`,
      "PARTITION BY RANGE of one column",
    );
  checkColumn(policy, row);
  if (row.keyColumn !== column)
    throw policyError(
      file,
      "column",
      `${table} is partitioned by ${row.keyColumn}, not by ${column}`,
      row.keyColumn,
    );
  if (row.columnType === "timestamptz" || row.columnType === "date") return row.columnType;
  throw policyError(
    file,
    "column",
    `${column} is of the type ${row.shownType ?? "unknown"}${row.columnType === "timestamp" ? ", which names no moment: its bounds would mean another one in each zone" : ""}`,
    "timestamp with time zone, date",
  );
}

function purgedOf(policy: PurgePolicy, row: TableRow): Purged {
  checkTable(policy, row);
  checkColumn(policy, row);
  const { columnType } = row;
  if (columnType !== "timestamptz" && columnType !== "timestamp" && columnType !== "date")
    throw policyError(
      policy.file,
      "column",
      `${policy.column} is of the type ${row.shownType ?? "unknown"}`,
      "timestamp with time zone, timestamp, date",
    );
  const { schema, name, ownerIsOurs, oid } = row;
  return { policy, oid: oid ?? 0, schema, name, columnType, ownerIsOurs };
}

function checkTable({ file, shownTable }: Policy, row: TableRow): void {
  if (row.oid === null)
    throw policyError(
      file,
      "table",
      `there is no table ${shownTable}`,
      "a table of the database, written as it is named, with its schema where it is not on the search path",
    );
  const other = otherKinds[row.kind];
  if (other !== undefined) throw policyError(file, "table", `${shownTable} ${other}`, "a table");
}

function checkColumn({ file, shownTable, column }: Policy, row: TableRow): void {
  if (row.column === null)
    throw policyError(
      file,
      "column",
      `${shownTable} has no column ${column}`,
      row.keyColumn ?? "a column of times",
    );
}

/** The one range policy that was asked for, with its table. */
export function requireKept({ kept }: PolicyTables): Kept {
  const [only] = kept;
  if (only === undefined) throw new Error("a range policy was asked for");
  return only;
}
