import { VezaError } from "../kernel/error.ts";
import { formatDuration } from "../kernel/duration.ts";
import { advisoryKeys, takeAdvisoryLock } from "../locks/advisory.ts";
import type { ShortWishes } from "../locks/short-transaction.ts";
import type { Db } from "../postgres/connect.ts";
import type { Session } from "./read-tables.ts";

/** How the commands of this room work on a database. */
export interface Work extends ShortWishes {
  /** The schema of the tool's own tables. */
  readonly ownSchema: string;
  /** The command that goes on after a failure. */
  readonly again: string;
}

/** One table is worked on by one command at a time. */
export async function lockTable(
  db: Db,
  { schema, name }: { readonly schema: string; readonly name: string },
  { waitMs, signal, note }: Work,
): Promise<AsyncDisposable> {
  return takeAdvisoryLock(db, advisoryKeys("partition", schema, name), {
    waitMs,
    signal,
    onWait: (holder) => note(`Waiting for another run at work on ${schema}.${name}: ${holder}`),
    held: (holder, ms) =>
      new VezaError({
        code: "partition.lock-held",
        ending: "refused",
        message: `Another run is at work on ${schema}.${name}${ms > 0 ? `, and was for ${formatDuration(ms)}` : ""}.`,
        detail: `The lock is held by ${holder}.`,
        hint: "Wait until it is done, or wait longer with --lock-wait 10min.",
        state: "Nothing was changed by this run.",
        facts: { holder },
      }),
    stopped: () =>
      new VezaError({
        code: "cli.interrupted",
        ending: "interrupted",
        message: `Stopped while another run was at work on ${schema}.${name}.`,
        state: "Nothing was changed by this run.",
      }),
  });
}

/** What works on partitions needs one session from beginning to end, on a server that takes writes. */
export function requireWritableSession(db: Db, { isStandby, isReadOnly }: Session): void {
  const { host, port, user } = db.target;
  if (db.facts.isPooled) throw noSession(db);
  if (!isStandby && !isReadOnly) return;
  throw new VezaError({
    code: isStandby ? "connection.standby" : "connection.read-only",
    ending: "refused",
    message: isStandby
      ? `${host}:${port} is a read-only standby.`
      : "Sessions of this role may only read (default_transaction_read_only is on).",
    hint: isStandby
      ? "Name the primary with --url <dsn>."
      : `ALTER ROLE ${user} RESET default_transaction_read_only, or name another role with --url <dsn>.`,
    state: "Nothing was changed.",
  });
}

/** The refusal of a pooler. */
export function noSession({ target: { host, port } }: Db, cause?: unknown): VezaError {
  return new VezaError({
    code: "partition.pooler",
    ending: "refused",
    message: `${host}:${port} is a connection pooler.`,
    detail: "Behind a pooler each statement may run in another session: no lock would guard the run.",
    hint: "Name the server itself with --direct-url <dsn> or DIRECT_DATABASE_URL.",
    state: "Nothing was changed.",
    cause,
  });
}

/** Only the owner of a table may change it. */
export function requireOwner(
  db: Db,
  { schema, name, owner, ownerIsOurs }: { schema: string; name: string; owner: string; ownerIsOurs: boolean },
): void {
  if (ownerIsOurs) return;
  throw new VezaError({
    code: "partition.not-owner",
    ending: "environment",
    message: `${schema}.${name} belongs to ${owner}, and ${db.target.user} is not a member of that role.`,
    hint: `Connect as ${owner} with --url <dsn>, or: GRANT ${owner} TO ${db.target.user};`,
    state: "Nothing was changed.",
    facts: { table: `${schema}.${name}`, owner },
  });
}
