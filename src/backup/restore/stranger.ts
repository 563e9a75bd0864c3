/** The role that restores somebody else's dump: whatever the dump runs, it runs as nobody of importance. */
import { randomBytes } from "node:crypto";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import type { Target } from "../../postgres/target.ts";
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { ask } from "../read-database.ts";

export interface Stranger {
  readonly target: Target;
  /** Hands everything over to the owner to be, and goes. `db` is in the throwaway database. */
  settle(db: Db, owner: string): Promise<void>;
}

/**
 * A superuser makes a role for the purpose, which owns the throwaway database and nothing else; anybody else is no
 * superuser already. SET ROLE would not do: the dump could take it back.
 */
export async function makeStranger(admin: Db, target: Target, isSuperuser: boolean): Promise<Stranger> {
  if (!isSuperuser) return { target, settle: async () => {} };
  const role = target.database;
  const name = quoteIdentifier(role);
  const password = randomBytes(24).toString("base64url");
  await tell(admin, [
    `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${quoteLiteral(password)}`,
    `ALTER DATABASE ${name} OWNER TO ${name}`,
  ]);
  return {
    target: { ...target, user: role, password },
    settle: (db, owner) =>
      tell(db, [
        `REASSIGN OWNED BY ${name} TO ${quoteIdentifier(owner)}`,
        `DROP OWNED BY ${name}`,
        `DROP ROLE ${name}`,
      ]),
  };
}

/** The roles whose database is gone. */
export async function sweepStrangers(admin: Db): Promise<void> {
  const databases = new Set((await ask<{ name: string }>(admin, "names")).map(({ name }) => name));
  for (const { name } of await ask<{ name: string }>(admin, "throwaway-roles")) {
    if (databases.has(name)) continue;
    await admin.send(`DROP ROLE IF EXISTS ${quoteIdentifier(name)}`).catch(() => {}); // another run may be at it
  }
}

async function tell(db: Db, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) await db.send(statement);
  } catch (error) {
    throw queryFailure(error, "looking after the role that restores the dump");
  }
}
