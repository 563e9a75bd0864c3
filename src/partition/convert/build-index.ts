import { cancellable } from "../../postgres/cancel.ts";
import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import type { Work } from "../work.ts";

/** Builds an index concurrently; one that an earlier run left invalid is thrown away first. */
export async function buildIndex(
  { db, work }: { readonly db: Db; readonly work: Work },
  index: Relation,
  sql: string,
): Promise<void> {
  const name = quoteName(index);
  const [state] = await db.query<{ isValid: boolean }>(loadSql(import.meta.url, "./sql/index-state.sql"), [
    name,
  ]);
  if (state?.isValid === true) return;
  await cancellable(db, work.signal, async () => {
    if (state !== undefined) await db.send(`DROP INDEX CONCURRENTLY ${name}`);
    await db.send(sql);
  });
}
