import type { Db } from "../../postgres/connect.ts";
import { sqlstateOf } from "../../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";

const isTemplateStill = "42809";

/** Drops a database, with `force` with whoever is in it. One that was given back its mark as a template loses it first. */
export async function dropDatabase(
  admin: Db,
  name: string,
  { force }: { readonly force: boolean },
): Promise<void> {
  const database = quoteIdentifier(name);
  const drop = force
    ? fillIdentifiers(loadSql(import.meta.url, "../sql/drop-database.sql"), { database })
    : `DROP DATABASE ${database}`;
  try {
    await admin.send(drop);
  } catch (error) {
    if (sqlstateOf(error) !== isTemplateStill) throw error;
    await admin.send(`ALTER DATABASE ${database} IS_TEMPLATE false`);
    await admin.send(drop);
  }
}
