/** How partitioned tables stand: what status shows and verify judges. */
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { isoOf } from "./bounds.ts";
import { nowFor } from "./calendar.ts";
import { readWayBack } from "./convert/way-back.ts";
import type { WayBack } from "./convert/way-back.ts";
import { calendarFor } from "./create-sql.ts";
import { quoteName } from "./like.ts";
import type { Partition, Range } from "./model.ts";
import { findGaps, planMaintenance, runwayOf } from "./plan.ts";
import {
  maintain,
  parentProblems,
  partitionProblems,
  problem,
  runwayProblem,
  wayBackProblem,
} from "./problems.ts";
import type { HealthRow, Problem } from "./problems.ts";
import type { Kept, Session } from "./read-tables.ts";

export interface TableStatus {
  readonly table: string;
  readonly column: string;
  readonly interval: string;
  readonly timezone: string;
  readonly partitions: readonly {
    readonly name: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly rowsEstimate: number | null;
    readonly bytes: number;
  }[];
  readonly gaps: readonly { readonly from: string | null; readonly to: string | null }[];
  /** null: there is no default partition. Counted no further than 1,000,001. */
  readonly defaultRows: number | null;
  /** null: for ever. */
  readonly runwayDays: number | null;
  readonly problems: readonly Problem[];
}

/** `ownSchema` is that of the tool's own tables. */
export async function readStatus(
  db: Db,
  kept: Kept,
  session: Session,
  ownSchema: string,
): Promise<TableStatus> {
  try {
    const { table } = kept;
    const health = await db.query<HealthRow>(loadSql(import.meta.url, "./sql/read-health.sql"), [table.oid]);
    const rows = await countDefault(db, kept);
    return describeStatus(kept, session, health, rows, await readWayBack(db, table, ownSchema));
  } catch (error) {
    throw queryFailure(error, `looking at ${kept.table.schema}.${kept.table.name}`);
  }
}

async function countDefault(db: Db, { table }: Kept): Promise<number | undefined> {
  if (table.defaultPartition === undefined) return undefined;
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/count-default.sql"), {
    table: quoteName(table.defaultPartition),
  });
  const [row] = await db.query<{ rows: number }>(sql);
  return row?.rows;
}

/** What takes rows, where nothing does, and for how long from now on. */
export interface Coverage {
  readonly attached: readonly Partition[];
  readonly gaps: readonly Range[];
  /** undefined: for ever. */
  readonly runwayMicros: number | undefined;
}

/** Pure. */
export function coverageOf(kept: Kept, session: Pick<Session, "now">): Coverage {
  const { policy, table } = kept;
  const now = nowFor(table.keyType, session.now, policy.timezone);
  const attached = table.partitions.filter(({ isPending }) => !isPending);
  const ranges = attached.map(({ range }) => range);
  return {
    attached,
    gaps: findGaps(ranges, calendarFor(kept).periodAt(now).to),
    runwayMicros: runwayOf(ranges, now),
  };
}

/** The status from what was read. Pure. */
export function describeStatus(
  kept: Kept,
  session: Pick<Session, "now">,
  health: readonly HealthRow[],
  defaultRows: number | undefined,
  wayBack?: WayBack,
): TableStatus {
  const { policy, table } = kept;
  const { attached, gaps, runwayMicros } = coverageOf(kept, session);
  const runway = runwayMicros === undefined ? undefined : Math.floor(runwayMicros / 86_400_000_000);
  const iso = (instant: number): string | null => isoOf(instant, table.keyType);
  const byOid = new Map(health.map((row) => [row.oid, row]));
  return {
    table: `${table.schema}.${table.name}`,
    column: policy.column,
    interval: policy.interval,
    timezone: policy.timezone,
    partitions: attached.map(({ oid, name, range, rowsEstimate }) => ({
      name,
      from: iso(range.from),
      to: iso(range.to),
      rowsEstimate: rowsEstimate ?? null,
      bytes: byOid.get(oid)?.bytes ?? 0,
    })),
    gaps: gaps.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
    defaultRows: defaultRows ?? null,
    runwayDays: runway ?? null,
    problems: [
      ...gaps.map(({ from, to }) =>
        problem(
          "gap",
          null,
          `nothing takes rows from ${iso(from) ?? "ever"} to ${iso(to) ?? "ever"}`,
          maintain,
        ),
      ),
      ...runwayProblem(kept, session, runway),
      ...((defaultRows ?? 0) > 0
        ? [
            problem(
              "default-rows",
              table.defaultPartition?.name ?? null,
              `${defaultRows ?? 0} rows lie in the default partition`,
              maintain,
            ),
          ]
        : []),
      ...table.partitions
        .filter(({ isPending }) => isPending)
        .map(({ name }) =>
          problem("pending-detach", name, "its detaching was begun and not finished", maintain),
        ),
      ...planMaintenance(kept, { now: session.now, taken: new Set(), inDefault: [] }).problems.map(
        ({ partition, message }) => problem("off-grid", partition, `it ${message}`, "veza-db partition plan"),
      ),
      ...wayBackProblem(kept, wayBack),
      ...parentProblems(kept, health),
      ...[...attached, ...(table.defaultPartition === undefined ? [] : [table.defaultPartition])].flatMap(
        (partition) => partitionProblems(kept, partition, byOid.get(partition.oid)),
      ),
    ],
  };
}
