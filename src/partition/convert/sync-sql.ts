/** Triggers that keep a copy equal: whatever is written to one table is written to the other in the same transaction. Pure. */
import { quoteColumns, quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import type { Relation } from "../model.ts";

export interface Sync {
  readonly source: Relation;
  readonly copy: Relation;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** The name of the function, in the schema of the source. */
  readonly functionName: string;
  /** Two triggers begin with it. It sorts last, so that what other triggers change is seen. */
  readonly triggerName: string;
  /** Where it is written down that a copy has missed something: `partition_sync_failures`. */
  readonly failures: Relation;
}

/**
 * A row that is changed may not have been copied yet: what is written is put in, or put in the place of what is there. The
 * function runs as its owner, since who may write the table need not have rights on the copy; it fires for replicated
 * changes too. It keeps the caller's search_path, which checks and defaults of the table may count on; nothing in it is looked
 * up by that path.
 *
 * Who writes may not fail because one of the two tables was changed since: what cannot be written to the copy is left
 * out of it, which is written down once and makes the copy worthless. What is the writer's own affair (a deadlock, a lock
 * or statement timeout, a full disk) is raised as ever. Each row costs a subtransaction that way; nothing less notices
 * a check that one row breaks, or a column that is gone in the middle of a transaction.
 */
export function createSync(sync: Sync): string[] {
  return [...createSyncFunction(sync), ...createSyncTriggers(sync)];
}

/** The function alone, which needs no lock of anything: it is made ahead of the moment in which its triggers are. */
export function createSyncFunction(sync: Sync): string[] {
  const { source, copy, columns, key, functionName } = sync;
  const to = quoteName(copy);
  const fn = quoteName({ schema: source.schema, name: functionName });
  const old = key
    .map((name) => `${quoteIdentifier(name)} OPERATOR(pg_catalog.=) OLD.${quoteIdentifier(name)}`)
    .join(" AND ");
  const moved = key
    .map((name) => `NEW.${quoteIdentifier(name)} OPERATOR(pg_catalog.<>) OLD.${quoteIdentifier(name)}`)
    .join(" OR ");
  const rest = columns.filter((name) => !key.includes(name));
  const replace =
    rest.length === 0
      ? "DO NOTHING"
      : `DO UPDATE SET ${rest.map((name) => `${quoteIdentifier(name)} = EXCLUDED.${quoteIdentifier(name)}`).join(", ")}`;
  const values = columns.map((name) => `NEW.${quoteIdentifier(name)}`).join(", ");
  const body = [
    "BEGIN",
    `  IF TG_OP = 'TRUNCATE' THEN TRUNCATE ${to}; RETURN NULL; END IF;`,
    `  IF TG_OP = 'DELETE' THEN DELETE FROM ${to} WHERE ${old}; RETURN NULL; END IF;`,
    `  IF TG_OP = 'UPDATE' AND (${moved}) THEN DELETE FROM ${to} WHERE ${old}; END IF;`,
    `  INSERT INTO ${to} (${quoteColumns(columns)}) OVERRIDING SYSTEM VALUE VALUES (${values}) ON CONFLICT (${quoteColumns(key)}) ${replace};`,
    "  RETURN NULL;",
    "EXCEPTION WHEN OTHERS THEN",
    `  ${raiseOwn}`,
    "  DECLARE state pg_catalog.text := SQLSTATE; said pg_catalog.text := SQLERRM;",
    "  BEGIN",
    `    IF NOT EXISTS (${failureSql(sync, "FROM")}) THEN`,
    `      INSERT INTO ${quoteName(sync.failures)} (schema_name, sync, sqlstate, message) VALUES (${quoteLiteral(source.schema)}, ${quoteLiteral(functionName)}, state, said);`,
    `      RAISE WARNING 'what is written to % is not written to % any more: %', ${quoteLiteral(source.name)}, ${quoteLiteral(copy.name)}, said;`,
    "    END IF;",
    "  EXCEPTION WHEN OTHERS THEN",
    `    ${raiseOwn}`,
    "  END;",
    "  RETURN NULL;",
    "END",
  ].join("\n");
  return [
    `CREATE FUNCTION ${fn}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS ${quoteLiteral(body)}`,
    `REVOKE ALL ON FUNCTION ${fn}() FROM PUBLIC`,
  ];
}

export function createSyncTriggers({ source, functionName, triggerName }: Sync): string[] {
  const fn = quoteName({ schema: source.schema, name: functionName });
  const table = quoteName(source);
  const [rows, truncation] = triggerNames(triggerName);
  return [
    `CREATE TRIGGER ${rows} AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${fn}()`,
    `CREATE TRIGGER ${truncation} AFTER TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${fn}()`,
    `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${rows}`,
    `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${truncation}`,
  ];
}

/** Deadlocks and serialization, resources, the operator, the system, a lock not had in time: as without the trigger. */
const raiseOwn =
  "IF pg_catalog.left(SQLSTATE, 2) OPERATOR(pg_catalog.=) ANY ('{40,53,57,58,XX}') OR SQLSTATE OPERATOR(pg_catalog.=) '55P03' THEN RAISE; END IF;";

/** What was written down of a copy that has missed something. */
export function failureSql(
  { source, functionName, failures }: Pick<Sync, "source" | "functionName" | "failures">,
  what: string,
): string {
  return `SELECT ${what === "FROM" ? "" : `${what} `}FROM ${quoteName(failures)} WHERE schema_name OPERATOR(pg_catalog.=) ${quoteLiteral(source.schema)} AND sync OPERATOR(pg_catalog.=) ${quoteLiteral(functionName)}`;
}

export function dropSync({
  source,
  functionName,
  triggerName,
}: Pick<Sync, "source" | "functionName" | "triggerName">): string[] {
  return [
    ...triggerNames(triggerName).map((name) => `DROP TRIGGER IF EXISTS ${name} ON ${quoteName(source)}`),
    dropSyncFunction({ source, functionName }),
  ];
}

export function dropSyncFunction({ source, functionName }: Pick<Sync, "source" | "functionName">): string {
  return `DROP FUNCTION IF EXISTS ${quoteName({ schema: source.schema, name: functionName })}()`;
}

function triggerNames(name: string): [string, string] {
  return [quoteIdentifier(name), quoteIdentifier(`${name}_truncate`)];
}
