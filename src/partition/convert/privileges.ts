/** GRANT and REVOKE go on while a table is converted: whatever takes its place has what the table has in that moment. */
import type { Db } from "../../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { privilegeSql, quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import { readTraits } from "../read-traits.ts";
import type { Traits } from "../read-traits.ts";
import type { Spec } from "./model.ts";
import { tableOf } from "./names.ts";

/** What the server raises when somebody has granted or revoked something since it was read: the same is done again. */
export const privilegesState = "VZ004";

function allSql(table: Relation): string {
  const sql = loadSql(import.meta.url, "./sql/read-privileges.sql");
  return fillIdentifiers(sql, { table: quoteLiteral(quoteName(table)) });
}

interface Held {
  readonly oid: number;
  /** Everything, as one text. */
  readonly all: string;
  readonly traits: Traits;
}

async function readHeld(db: Db, table: Relation): Promise<Held> {
  // First the text: what is changed between the two is noticed by it.
  const [row] = await db.query<Pick<Held, "oid" | "all">>(allSql(table));
  if (row === undefined) throw new Error(`${table.schema}.${table.name} is gone`);
  return { ...row, traits: await readTraits(db, row.oid) };
}

/** A conversion with the privileges that its table has now, and the statement that stops a transaction when it has others. */
export async function withPrivileges(
  db: Db,
  spec: Spec,
): Promise<{ readonly current: Spec; readonly require: string }> {
  const { all, traits } = await readHeld(db, tableOf(spec));
  const { grants, hasGrants, columnGrants } = traits;
  const body = `BEGIN IF (SELECT "all" FROM (${allSql(tableOf(spec))}) AS held) IS DISTINCT FROM ${quoteLiteral(all)} THEN RAISE EXCEPTION 'privileges have changed' USING ERRCODE = '${privilegesState}'; END IF; END`;
  return {
    current: { ...spec, traits: { ...spec.traits, grants, hasGrants, columnGrants } },
    require: `DO ${quoteLiteral(body)}`,
  };
}

/** Gives the old table what was granted on the new one, and takes what was revoked. Nothing where both have the same. */
export async function privilegesBackSql(db: Db, spec: Spec): Promise<string[]> {
  const source = { schema: spec.schema, name: spec.source };
  const [now, old] = [await readHeld(db, tableOf(spec)), await readHeld(db, source)];
  if (now.all === old.all) return [];
  const { owner } = old.traits;
  const held = [...old.traits.grants, ...old.traits.columnGrants].map(({ grantee }) => grantee);
  const byDefault = [...new Set(held)].filter((grantee) => grantee !== owner);
  return privilegeSql(quoteName(source), { ...now.traits, byDefault });
}
