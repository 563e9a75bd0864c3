/** What is not as it should be with a partitioned table, each with what mends it. Pure. */
import { nowFor } from "./calendar.ts";
import { endWritingTwice } from "./convert/way-back.ts";
import type { WayBack } from "./convert/way-back.ts";
import { calendarFor } from "./create-sql.ts";
import { quoteName } from "./like.ts";
import type { Partition } from "./model.ts";
import type { Kept, Session } from "./read-tables.ts";

export interface Problem {
  readonly kind:
    | "gap"
    | "off-grid"
    | "default-rows"
    | "runway"
    | "pending-detach"
    | "index"
    | "privileges"
    | "owner"
    | "row-security"
    | "statistics"
    | "way-back";
  readonly partition: string | null;
  readonly message: string;
  /** A command or an SQL statement. */
  readonly fix: string;
}

/** How a partition stands beside its table. */
export interface HealthRow {
  readonly oid: number;
  readonly bytes: number;
  readonly missingIndexes: readonly string[];
  readonly lacksPrivileges: boolean;
  readonly hasOtherPrivileges: boolean;
  readonly hasOtherOwner: boolean;
  readonly lacksRowSecurity: boolean;
  readonly isUnanalyzed: boolean;
  readonly isParentUnanalyzed: boolean;
  readonly invalidIndexes: number;
}

export const maintain = "veza-db partition maintain";

export function problem(
  kind: Problem["kind"],
  partition: string | null,
  message: string,
  fix: string,
): Problem {
  return { kind, partition, message, fix };
}

/** Less than one period ahead: whoever does not look today may be late tomorrow. */
export function runwayProblem(
  kept: Kept,
  session: Pick<Session, "now">,
  runway: number | undefined,
): Problem[] {
  const { policy, table } = kept;
  const now = nowFor(table.keyType, session.now, policy.timezone);
  const calendar = calendarFor(kept);
  const least = Math.floor((calendar.later(now, 1) - now) / 86_400_000_000);
  if (runway === undefined || runway > least) return [];
  return [problem("runway", null, `new rows find a partition for ${runway} more days`, maintain)];
}

/** The old table is of no use any more, and each write is still tried twice. */
export function wayBackProblem({ table }: Kept, wayBack: WayBack | undefined): Problem[] {
  if (wayBack === undefined || wayBack.isOpen) return [];
  const since = wayBack.since === null ? "" : ` since ${wayBack.since.toISOString()}`;
  const message = `the way back to the table that it was converted from is closed${since}: ${wayBack.reason ?? ""}; each write is still tried twice`;
  return [problem("way-back", null, message, endWritingTwice(table))];
}

export function parentProblems({ table }: Kept, health: readonly HealthRow[]): Problem[] {
  const [row] = health;
  if (row === undefined) return [];
  const name = quoteName(table);
  return [
    ...(row.invalidIndexes > 0
      ? [
          problem(
            "index",
            null,
            `${row.invalidIndexes} of its indexes are not valid on every partition`,
            "veza-db partition verify --json",
          ),
        ]
      : []),
    ...(row.isParentUnanalyzed && table.partitions.some(({ rowsEstimate }) => (rowsEstimate ?? 0) > 0)
      ? [
          problem(
            "statistics",
            null,
            "it was never analysed as a whole, which autovacuum never does",
            `ANALYZE ${name};`,
          ),
        ]
      : []),
  ];
}

export function partitionProblems(
  { table }: Kept,
  partition: Pick<Partition, "schema" | "name">,
  row: HealthRow | undefined,
): Problem[] {
  if (row === undefined) return [];
  const { name } = partition;
  const quoted = quoteName(partition);
  const parent = quoteName(table);
  return [
    ...row.missingIndexes.map((index) =>
      problem(
        "index",
        name,
        `it lacks the index ${index} of its table`,
        `CREATE INDEX CONCURRENTLY on ${quoted} as ${index} is, then ALTER INDEX … ATTACH PARTITION`,
      ),
    ),
    ...(row.lacksPrivileges || row.hasOtherPrivileges
      ? [
          problem(
            "privileges",
            name,
            row.lacksPrivileges
              ? "it lacks privileges that its table grants"
              : "it grants what its table does not",
            `GRANT … ON ${quoted}, as on ${parent}`,
          ),
        ]
      : []),
    ...(row.hasOtherOwner
      ? [problem("owner", name, "it has another owner than its table", `ALTER TABLE ${quoted} OWNER TO …;`)]
      : []),
    ...(row.lacksRowSecurity
      ? [
          problem(
            "row-security",
            name,
            "it lacks the row security of its table: who reads it by its own name sees every row",
            `ALTER TABLE ${quoted} ENABLE ROW LEVEL SECURITY;`,
          ),
        ]
      : []),
    ...(row.isUnanalyzed
      ? [problem("statistics", name, "it has rows and was never analysed", `ANALYZE ${quoted};`)]
      : []),
  ];
}
