import { fitName } from "../../sql/fit-name.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { whyOf } from "./index-reasons.ts";
import type { IndexAbout } from "./index-reasons.ts";
import type { IndexRow } from "./indexes.ts";

/** A foreign key whose columns begin no index. */
export interface MissingFk {
  readonly constraint: string;
  readonly schema: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  readonly pages: number;
  readonly rows: number;
  readonly referencedSchema: string;
  readonly referencedTable: string;
  readonly columns: readonly string[];
  /** Names of the table's indexes. */
  readonly taken: readonly string[];
}

/** The index that is missing, with the SQL that makes it. */
export function missingRow(
  {
    schema,
    table,
    columns,
    constraint,
    referencedSchema,
    referencedTable,
    pages,
    isPartitioned,
    taken,
  }: MissingFk,
  blockBytes: number,
): IndexRow {
  const index = freeName(`${table}_${columns.join("_")}_idx`, taken);
  // A partitioned table takes no CONCURRENTLY.
  const concurrently = isPartitioned ? "" : " CONCURRENTLY";
  const about: IndexAbout = {
    other: null,
    foreignKey: { constraint, columns, referenced: { schema: referencedSchema, table: referencedTable } },
  };
  const list = columns.map(quoteIdentifier).join(", ");
  return {
    finding: "missing-fk",
    schema,
    table,
    index,
    bytes: pages * blockBytes,
    exactness: "estimate",
    scans: null,
    lastScanAt: null,
    why: whyOf("missing-fk", about),
    about,
    fix: `CREATE INDEX${concurrently} ${quoteIdentifier(index)} ON ${quoteQualified(schema, table)} (${list});`,
    undo: `DROP INDEX${concurrently} ${quoteQualified(schema, index)};`,
  };
}

/** A name of at most 63 bytes that no index of the table has. */
function freeName(name: string, taken: readonly string[]): string {
  for (let number = 0; ; number++) {
    const free = fitName(name, number === 0 ? "" : String(number));
    if (!taken.includes(free)) return free;
  }
}

/** One of several foreign keys of the same columns: one index serves them all. */
export function isFirstOfColumns(
  { schema, table, columns }: MissingFk,
  place: number,
  all: readonly MissingFk[],
): boolean {
  const same = (other: MissingFk): boolean =>
    other.schema === schema && other.table === table && other.columns.join("\0") === columns.join("\0");
  return all.findIndex(same) === place;
}
