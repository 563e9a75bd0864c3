/** What the jobs of `restore` share: its flags, its result, and what calls contradict themselves. */
import type { Backup, Check } from "../backup/model.ts";
import type { ForeignDump } from "../backup/restore/source.ts";
import { formatDuration } from "../kernel/duration.ts";
import { usageError } from "../kernel/error.ts";
import { formatBytes, formatCount } from "../ui/units.ts";
import type { Context } from "./command.ts";
import type { Question } from "./confirm.ts";
import { flag } from "./flags.ts";

export interface RestoreData {
  readonly id: string | null;
  readonly path: string | null;
  readonly database: string;
  readonly previousDatabase: string | null;
  readonly durationMs: number;
  readonly checks: readonly Check[];
  /** Old databases that `--drop-old` has dropped. */
  readonly dropped: readonly string[];
  readonly dryRun: boolean;
}

export const restoreFlags = {
  into: flag.text("--into <name>", "into a new database of this name, leaving the one of the url alone"),
  table: flag.texts("--table <name>", "only this table's rows; with --into or --in-place; may be repeated"),
  schemaOnly: flag.switch("--schema-only", "no rows; with --into or --in-place"),
  inPlace: flag.switch("--in-place", "into the database itself, in one transaction, instead of replacing it"),
  withoutRoles: flag.switch("--without-roles", "leave owners and privileges of objects out"),
  trust: flag.switch("--trust", "restore a dump that veza-db did not make, by a role that is no superuser"),
  dropOld: flag.switch("--drop-old", "drop the databases that earlier restores have put aside"),
  database: flag.text("--database <name>", "whose newest backup is meant by latest"),
  confirm: flag.text("--confirm <name>", "the name of the database that is replaced"),
  dryRun: flag.switch("-n, --dry-run", "check everything, show what would be done, and do nothing"),
};

export type RestoreContext = Context<typeof restoreFlags>;

export function refuseContradictions({
  into,
  inPlace,
  table: tables,
  schemaOnly,
  trust,
}: RestoreContext["flags"]): void {
  const wrong = (message: string, next: string): never => {
    throw usageError("cli.wrong-call", message, next);
  };
  if (into !== undefined && inPlace)
    wrong("--into and --in-place name two places.", "Leave one of them out.");
  const isPart = tables.length > 0 || schemaOnly;
  if (isPart && into === undefined && !inPlace)
    wrong("A part of a backup does not replace a whole database.", "Add --into <name>, or --in-place.");
  if (tables.length > 0 && schemaOnly)
    wrong("--table restores rows, --schema-only none.", "Leave one of them out.");
  if (trust && (inPlace || isPart))
    wrong(
      "A dump of somebody else's is restored whole, and into a new database.",
      "Leave --in-place, --table and --schema-only out.",
    );
}

/** The result of a call that began at `startedAt` (ms, by performance.now), with what its job found. */
export function resultOf(
  { flags: { dryRun } }: RestoreContext,
  startedAt: number,
  found: Pick<RestoreData, "database"> & Partial<RestoreData>,
): RestoreData {
  return {
    id: null,
    path: null,
    previousDatabase: null,
    durationMs: Math.round(performance.now() - startedAt),
    checks: [],
    dropped: [],
    dryRun,
    ...found,
  };
}

/** Asks for leave. Under --dry-run shows the plan instead, and gives no leave. */
export async function mayGoOn(
  context: RestoreContext,
  question: Pick<Question, "kind" | "action" | "place" | "database" | "plan">,
): Promise<boolean> {
  const { flags: given, report } = context;
  if (given.dryRun) {
    for (const line of question.plan) report.line(line);
    return false;
  }
  await context.confirm({ ...question, confirmed: given.confirm });
  return true;
}

/** What is restored, in lines for the plan. */
export function describeSource(backup: Backup | undefined, foreign: ForeignDump | undefined): string[] {
  if (backup !== undefined) {
    const { database, startedAt, bytes, rows, migrations, contents } = backup.manifest;
    return [
      `source: ${backup.place.path}, of ${database}`,
      `made: ${startedAt}, ${formatDuration(Math.max(0, Date.now() - Date.parse(startedAt)))} ago`,
      `size: ${formatBytes(bytes)}, ${formatCount(rows)} rows`,
      ...(contents.excludeTableData.length === 0
        ? []
        : [`it was made without the rows of ${contents.excludeTableData.join(", ")}`]),
      ...(migrations.last === null ? [] : [`migrations: up to ${migrations.last}`]),
    ];
  }
  return foreign === undefined
    ? []
    : [
        `source: ${foreign.path}, made by another tool, ${foreign.madeAt.toISOString()}, ${formatBytes(foreign.bytes)}`,
      ];
}
