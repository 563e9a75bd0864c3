import { VezaError } from "../kernel/error.ts";
import type { Db } from "./connect.ts";

/** The oldest major version that the tool works with. */
const oldestMajor = 14;

/** Gives the connection back, or closes it and throws when its server is too old. */
export async function requireSupported(db: Db): Promise<Db> {
  if (db.facts.major >= oldestMajor) return db;
  await db.close();
  throw new VezaError({
    code: "connection.server-too-old",
    ending: "environment",
    message: `The server runs PostgreSQL ${db.facts.version}; veza-db supports ${oldestMajor} and newer.`,
    hint: "Upgrade the server with pg_upgrade.",
  });
}
