/** What is not as it should be with a partitioned table, each with what mends it. Pure. */
import { nowFor } from "./calendar.ts";
import { endWritingTwice } from "./convert/way-back.ts";
import type { WayBack } from "./convert/way-back.ts";
import { calendarFor } from "./create-sql.ts";
import { policySql, quoteName } from "./like.ts";
import { fitName } from "../sql/fit-name.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { Partition, Relation } from "./model.ts";
import type { Kept, Session } from "./read-tables.ts";
import type { RowPolicy } from "./read-traits.ts";

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
  /** The index of the table that the partition lacks. */
  readonly index?: string;
  readonly message: string;
  /** A command or an SQL statement. */
  readonly fix: string;
}

/** Of a table or one of its columns. */
export interface HeldPrivileges {
  /** null: PUBLIC. */
  readonly grantee: string | null;
  readonly column: string | null;
  readonly privileges: readonly string[];
  readonly isGrantable?: boolean;
}

export interface MissingIndex {
  readonly name: string;
  readonly isUnique: boolean;
  /** The constraint whose index it is. */
  readonly constraint: "PRIMARY KEY" | "UNIQUE" | null;
  /** What follows USING. */
  readonly rest: string;
}

/** How a partition stands beside its table. */
export interface HealthRow {
  readonly oid: number;
  readonly bytes: number;
  readonly missingIndexes: readonly MissingIndex[];
  /** What the table grants and the partition does not. */
  readonly lacking: readonly HeldPrivileges[];
  /** What the partition grants and the table does not. */
  readonly beyond: readonly (HeldPrivileges & {
    /** The table grants it too, without the right to hand it on. */
    readonly isOption: boolean;
  })[];
  readonly hasOtherOwner: boolean;
  readonly lacksRowSecurity: boolean;
  readonly lacksForce: boolean;
  readonly missingPolicies: readonly RowPolicy[];
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

/** In words. */
export function lacksIndex(index: string): string {
  return `it lacks the index ${index} of its table`;
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
  return [
    ...row.missingIndexes.map((index) => ({
      ...problem("index", name, lacksIndex(index.name), indexFix(table, partition, row, index)),
      index: index.name,
    })),
    ...(row.lacking.length > 0
      ? [
          problem(
            "privileges",
            name,
            "it lacks privileges that its table grants",
            row.lacking.map((held) => grantFix(quoted, held)).join(" "),
          ),
        ]
      : []),
    ...(row.beyond.length > 0
      ? [
          problem(
            "privileges",
            name,
            "it grants what its table does not",
            row.beyond.map((held) => revokeFix(quoted, held)).join(" "),
          ),
        ]
      : []),
    ...(row.hasOtherOwner
      ? [
          problem(
            "owner",
            name,
            "it has another owner than its table",
            `ALTER TABLE ${quoted} OWNER TO ${quoteIdentifier(table.owner)};`,
          ),
        ]
      : []),
    ...(row.lacksRowSecurity || row.lacksForce || row.missingPolicies.length > 0
      ? [
          problem(
            "row-security",
            name,
            "it lacks the row security of its table: who reads it by its own name sees every row",
            rowSecurityFix(table, partition, row),
          ),
        ]
      : []),
    ...(row.isUnanalyzed
      ? [problem("statistics", name, "it has rows and was never analysed", `ANALYZE ${quoted};`)]
      : []),
  ];
}

function held({ grantee, column, privileges }: HeldPrivileges): {
  readonly what: string;
  readonly who: string;
} {
  const of = column === null ? "" : ` (${quoteIdentifier(column)})`;
  return {
    what: privileges.map((privilege) => `${privilege}${of}`).join(", "),
    who: grantee === null ? "PUBLIC" : quoteIdentifier(grantee),
  };
}

function grantFix(table: string, lacking: HeldPrivileges): string {
  const { what, who } = held(lacking);
  return `GRANT ${what} ON ${table} TO ${who}${lacking.isGrantable === true ? " WITH GRANT OPTION" : ""};`;
}

function revokeFix(table: string, beyond: HealthRow["beyond"][number]): string {
  const { what, who } = held(beyond);
  return `REVOKE ${beyond.isOption ? "GRANT OPTION FOR " : ""}${what} ON ${table} FROM ${who} CASCADE;`;
}

/** Policies first: row security without any hides every row. */
function rowSecurityFix(
  table: Relation,
  partition: Relation,
  { lacksRowSecurity, lacksForce, missingPolicies }: HealthRow,
): string {
  const quoted = quoteName(partition);
  return [
    ...missingPolicies.map((policy) => `${policySql(quoted, policy, table.name, partition.name)};`),
    ...(lacksRowSecurity ? [`ALTER TABLE ${quoted} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(lacksForce ? [`ALTER TABLE ${quoted} FORCE ROW LEVEL SECURITY;`] : []),
  ].join(" ");
}

/** Built without holding up writers; statement by statement, since CONCURRENTLY goes into no transaction. */
function indexFix(
  table: Relation,
  partition: Relation,
  { oid }: HealthRow,
  { name, isUnique, constraint, rest }: MissingIndex,
): string {
  const made = fitName(name, `_${oid}`);
  const quoted = quoteName(partition);
  return [
    `CREATE ${isUnique ? "UNIQUE " : ""}INDEX CONCURRENTLY ${quoteIdentifier(made)} ON ${quoted} USING ${rest};`,
    ...(constraint === null
      ? []
      : [
          `ALTER TABLE ${quoted} ADD CONSTRAINT ${quoteIdentifier(made)} ${constraint} USING INDEX ${quoteIdentifier(made)};`,
        ]),
    `ALTER INDEX ${quoteName({ schema: table.schema, name })} ATTACH PARTITION ${quoteName({ schema: partition.schema, name: made })};`,
  ].join(" ");
}
