/** Triggers in place of a foreign key from a table to itself, which partitions cannot have: the id alone is not unique. Pure. */
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import { fitDistinct } from "../../sql/fit-name.ts";
import type { SelfKey, Spec } from "./model.ts";
import { tableOf } from "./names.ts";

function names(spec: Spec, key: SelfKey): { readonly check: string; readonly away: string } {
  return {
    check: fitDistinct(`${spec.name}_${key.name}`, "_check"),
    away: fitDistinct(`${spec.name}_${key.name}`, "_away"),
  };
}

/**
 * They act as foreign keys do: as the table's owner, and with the caller's search_path, which other triggers may count on. A
 * row that is moved to another partition is deleted and inserted: it has not gone as long as its id is
 * there.
 */
export function createSelfKey(spec: Spec, key: SelfKey): string[] {
  const table = quoteName(tableOf(spec));
  const [column, refers] = [quoteIdentifier(key.column), quoteIdentifier(key.refers)];
  const { check, away } = names(spec, key);
  const [checkFn, awayFn] = [check, away].map((name) => quoteName({ schema: spec.schema, name }));
  const violation = `ERRCODE = 'foreign_key_violation', CONSTRAINT = ${quoteLiteral(key.name)}, SCHEMA = ${quoteLiteral(spec.schema)}, TABLE = ${quoteLiteral(spec.name)}`;
  const actions: Readonly<Record<string, string>> = {
    c: `DELETE FROM ${table} WHERE ${column} OPERATOR(pg_catalog.=) OLD.${refers};`,
    n: `UPDATE ${table} SET ${column} = NULL WHERE ${column} OPERATOR(pg_catalog.=) OLD.${refers};`,
    d: `UPDATE ${table} SET ${column} = DEFAULT WHERE ${column} OPERATOR(pg_catalog.=) OLD.${refers};`,
  };
  const refuse = `IF EXISTS (SELECT FROM ${table} WHERE ${column} OPERATOR(pg_catalog.=) OLD.${refers}) THEN RAISE EXCEPTION 'row % of % is still referred to', OLD.${refers}, ${quoteLiteral(spec.name)} USING ${violation}; END IF;`;
  const checkBody = `BEGIN
  IF NOT EXISTS (SELECT FROM ${table} WHERE ${refers} OPERATOR(pg_catalog.=) NEW.${column} FOR KEY SHARE) THEN
    RAISE EXCEPTION '% has no row % to refer to', ${quoteLiteral(spec.name)}, NEW.${column} USING ${violation};
  END IF;
  RETURN NULL;
END`;
  const awayBody = `BEGIN
  IF EXISTS (SELECT FROM ${table} WHERE ${refers} OPERATOR(pg_catalog.=) OLD.${refers}) THEN RETURN NULL; END IF;
  ${actions[key.onDelete] ?? refuse}
  RETURN NULL;
END`;
  const define = (name: string | undefined, body: string): string[] => [
    `CREATE FUNCTION ${name ?? ""}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS ${quoteLiteral(body)}`,
    `REVOKE ALL ON FUNCTION ${name ?? ""}() FROM PUBLIC`,
  ];
  return [
    ...define(checkFn, checkBody),
    ...define(awayFn, awayBody),
    `CREATE TRIGGER ${quoteIdentifier(check)} AFTER INSERT OR UPDATE OF ${column} ON ${table} FOR EACH ROW WHEN (NEW.${column} IS NOT NULL) EXECUTE FUNCTION ${checkFn ?? ""}()`,
    `CREATE TRIGGER ${quoteIdentifier(away)} AFTER DELETE OR UPDATE OF ${refers} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${awayFn ?? ""}()`,
  ];
}

/** Its triggers go with their table. */
export function dropSelfKey(spec: Spec, key: SelfKey): string[] {
  const { check, away } = names(spec, key);
  return [check, away].map((name) => `DROP FUNCTION IF EXISTS ${quoteName({ schema: spec.schema, name })}()`);
}
