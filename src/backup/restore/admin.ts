import { VezaError } from "../../kernel/error.ts";
import { behindPooler } from "../behind-pooler.ts";
import type { Db } from "../../postgres/connect.ts";
import type { Target } from "../../postgres/target.ts";

/** Opens a session that no limit of time ends. */
export type Open = (target: Target) => Promise<Db>;

/** A session in a database that is not the one to be replaced: `postgres`, else `template1`. */
export async function openAdmin(target: Target, open: Open): Promise<Db> {
  let refused: unknown;
  for (const database of ["postgres", "template1"].filter((name) => name !== target.database)) {
    try {
      return await requireSession(await open({ ...target, database }));
    } catch (error) {
      if (!(error instanceof VezaError) || !isAboutDatabase(error)) throw error;
      refused ??= error;
    }
  }
  throw refused;
}

function isAboutDatabase({ code, facts }: VezaError): boolean {
  return (
    code === "connection.no-such-database" ||
    (code === "connection.refused-by-server" && ["42501", "55000"].includes(String(facts["sqlstate"])))
  );
}

async function requireSession(db: Db): Promise<Db> {
  if (!db.facts.isPooled) return db;
  await db.close();
  throw behindPooler(db, { code: "restore.pooler", deed: "restore", state: "Nothing was changed." });
}
