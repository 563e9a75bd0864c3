/** What retain would do: archive what was detached, drop what is past its grace, delete rows that have expired. Pure. */
import { join } from "node:path";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import { instantText } from "./bounds.ts";
import { calendarOf } from "./calendar.ts";
import { quoteName } from "./like.ts";
import type { Instant, Relation, Step } from "./model.ts";
import type { Kept, Purged } from "./read-tables.ts";

/** A detached partition as the tool's own table and the catalog have it. */
export interface Detached extends Relation {
  readonly id: number;
  readonly oid: number;
  readonly table: string;
  readonly bound: string;
  readonly reason: "retain" | "moved";
  readonly detachedAt: Instant | null;
  readonly isArchived: boolean;
  readonly rows: number | null;
  readonly file: string | null;
  readonly ownerIsOurs: boolean;
  readonly owner: string;
  readonly referencedBy: readonly string[];
  readonly references: readonly Relation[];
}

export type RetainStep = Step &
  (
    | { readonly kind: "archive"; readonly of: Detached; readonly file: string }
    | { readonly kind: "drop"; readonly of: Detached }
    | { readonly kind: "purge"; readonly of: Purged; readonly before: string }
  );

export interface RetainPlan {
  readonly steps: readonly RetainStep[];
  /** What stays, and why. */
  readonly notes: readonly string[];
  /** What cannot be dropped as long as foreign keys point to it. */
  readonly refused: readonly Detached[];
}

export function planRetention(
  kept: readonly Kept[],
  detached: readonly Detached[],
  purged: readonly Purged[],
  now: Instant,
): RetainPlan {
  const steps: RetainStep[] = [];
  const notes: string[] = [];
  const refused: Detached[] = [];
  for (const { policy, table } of kept) {
    for (const one of detached.filter(
      (other) => other.table === table.name && other.schema === table.schema,
    )) {
      const shown = `${one.schema}.${one.name}`;
      const needsDump = one.reason === "retain" && !one.isArchived;
      if (needsDump && policy.archive === undefined) {
        notes.push(`${shown} stays: ${policy.file} names no folder to archive it in ("archive")`);
        continue;
      }
      if (needsDump) steps.push(archiveStep(one, policy.archive ?? ""));
      const graceEnds =
        one.detachedAt === null
          ? undefined
          : calendarOf("day", "UTC", "timestamptz").before(now, policy.grace);
      const isOver =
        graceEnds !== undefined && one.detachedAt !== null && one.detachedAt < dayEnd(graceEnds, now);
      if (!isOver) {
        notes.push(`${shown} stays for its time of grace (${policy.grace.count} ${policy.grace.unit}s)`);
      } else if (one.referencedBy.length > 0) refused.push(one);
      else steps.push(dropStep(one));
    }
  }
  return { steps: [...steps, ...purged.map((one) => purgeStep(one, now))], notes, refused };
}

/** A span ends at the hour at which it began. */
function dayEnd(midnight: Instant, now: Instant): Instant {
  const day = 86_400_000_000;
  return midnight + (now - Math.floor(now / day) * day);
}

function archiveStep(one: Detached, folder: string): RetainStep {
  const file = join(folder, one.table, `${one.name}.${one.id}.dump`);
  return {
    kind: "archive",
    of: one,
    file,
    sql: `pg_dump --format=custom --table=${quoteLiteral(quoteName(one))} --file=${quoteLiteral(file)}`,
    lock: `ACCESS SHARE on ${one.schema}.${one.name}`,
    why: `${one.name} (${one.bound}) was detached and is not archived`,
  };
}

function dropStep(one: Detached): RetainStep {
  return {
    kind: "drop",
    of: one,
    sql: `DROP TABLE ${quoteName(one)};`,
    lock: [one, ...one.references]
      .map(({ schema, name }) => `ACCESS EXCLUSIVE on ${schema}.${name}`)
      .join(", "),
    why:
      one.reason === "moved"
        ? `every row of ${one.name} stands elsewhere, and its time of grace is over`
        : `${one.name} is archived and its time of grace is over`,
  };
}

function purgeStep(one: Purged, now: Instant): RetainStep {
  const { policy } = one;
  const zoned = calendarOf("day", "UTC", "timestamptz");
  const instant = policy.purge.count === 0 ? now : dayEnd(zoned.before(now, policy.purge), now);
  const before = instantText(instant, one.columnType === "date" ? "date" : "timestamptz");
  const text = one.columnType === "timestamp" ? before.replace("+00", "") : before;
  return {
    kind: "purge",
    of: one,
    before: text,
    sql: `DELETE FROM ${quoteName(one)} WHERE ${quoteIdentifier(policy.column)} < '${text}'; -- ${policy.batch} rows a transaction`,
    lock: `ROW EXCLUSIVE on ${one.schema}.${one.name}, and the rows themselves`,
    why: `rows whose ${policy.column} is past have expired`,
  };
}
