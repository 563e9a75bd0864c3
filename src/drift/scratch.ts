/** The scratch database: made on a server, named so that it can be known again, gone afterwards. */
import { randomBytes } from "node:crypto";
import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import type { Target } from "../postgres/target.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";

export interface ScratchDatabase extends AsyncDisposable {
  readonly target: Target;
}

const prefix = "veza_drift_";
/** No replay takes longer: what is older was left by a run that was killed. */
const oldestSeconds = 6 * 3600;

export type Open = (target: Target) => Promise<Db>;

/** `purpose` ends its name. Undefined where the role may not create databases, or the server only reads. */
export async function makeScratch(
  server: Target,
  open: Open,
  purpose = "",
): Promise<ScratchDatabase | undefined> {
  const name = `${prefix}${Math.floor(Date.now() / 1000).toString(36)}_${randomBytes(4).toString("hex")}${purpose}`;
  const sql = (file: string): string =>
    fillIdentifiers(loadSql(import.meta.url, file), { database: quoteIdentifier(name) });
  {
    await using admin = await open(server);
    await dropAbandoned(admin);
    try {
      await admin.send(sql("./sql/create-scratch.sql"));
    } catch (error) {
      if (["42501", "25006", "53300"].includes(sqlstateOf(error) ?? "")) return undefined;
      throw queryFailure(error, "creating the scratch database");
    }
  }
  return {
    target: { ...server, database: name },
    [Symbol.asyncDispose]: async () => {
      await using admin = await open(server);
      await admin.send(sql("./sql/drop-scratch.sql"));
    },
  };
}

/** Those of runs that were killed: nobody is connected to them, and their names say that they are old. */
async function dropAbandoned(admin: Db): Promise<void> {
  const found = await admin.query<{ name: string }>(loadSql(import.meta.url, "./sql/abandoned.sql"));
  for (const { name } of found) {
    const madeAt = Number.parseInt(name.slice(prefix.length), 36);
    if (!(madeAt < Date.now() / 1000 - oldestSeconds)) continue;
    const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/drop-scratch.sql"), {
      database: quoteIdentifier(name),
    });
    await admin.send(sql).catch(() => {}); // somebody else was first, or it is another role's
  }
}

/** Makes roles of these names, without rights, where they are not there. */
export async function copyRoles(db: Db, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    await db.send(`CREATE ROLE ${quoteIdentifier(role)} NOLOGIN`).catch((error: unknown) => {
      if (sqlstateOf(error) !== "42710")
        throw queryFailure(error, `making the role ${quoteLiteral(role)} on the scratch server`);
    });
  }
}
