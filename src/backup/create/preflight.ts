/** What must hold before anything is written. */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { describeTarget } from "../../postgres/target.ts";
import { exists } from "../read-backups.ts";
import { readUnreadable } from "../read-database.ts";

const nothingWritten = "Nothing was written.";

/** A backup may have grown since the last one. */
const growth = 1.2;

/** Refuses where less is free than the last backup of the same kind needed, and a fifth more. */
export async function requireRoom(root: string, lastBytes: number | undefined): Promise<void> {
  if (lastBytes === undefined) return;
  let place = root;
  while (!(await exists(place)) && dirname(place) !== place) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const needed = Math.ceil(lastBytes * growth);
  if (free >= needed) return;
  throw new VezaError({
    code: "backup.no-room",
    ending: "environment",
    message: `There are ${free} bytes free in ${root}, and the last backup took ${lastBytes}.`,
    detail: `At least ${needed} must be free.`,
    hint: "veza-db backup prune --dry-run, or name another folder with --dir <path>",
    state: nothingWritten,
    facts: { freeBytes: free, neededBytes: needed },
  });
}

/** Refuses where the role cannot read everything: a dump that leaves rows out is no backup. */
export async function requireReadable(db: Db, schemaOnly: boolean): Promise<void> {
  const hidden = (await readUnreadable(db)).filter(
    ({ reason }) => !schemaOnly || reason !== "row security hides rows",
  );
  if (hidden.length === 0) return;
  const shown = hidden.slice(0, 10).map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
  const rest = hidden.length - shown.length;
  const isRowSecurity = hidden.every(({ reason }) => reason === "row security hides rows");
  throw new VezaError({
    code: "backup.privilege-missing",
    ending: "environment",
    message: `The role ${db.target.user} may not read everything in ${describeTarget(db.target)}.`,
    detail: [...shown, ...(rest > 0 ? [`… ${rest} more`] : [])].join("\n"),
    hint: isRowSecurity
      ? `ALTER ROLE ${db.target.user} BYPASSRLS, or name another role with --url <dsn>`
      : `GRANT pg_read_all_data TO ${db.target.user}, or name another role with --url <dsn>`,
    state: nothingWritten,
    facts: { unreadable: hidden },
  });
}
