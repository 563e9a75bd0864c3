/**
 * The statements that PostgreSQL refuses inside a transaction block: every caller of its `PreventInTransactionBlock`
 * in versions 14 to 18 that the statement's own words give away. Not to be seen in the words, and left to the
 * server: CLUSTER and REINDEX of a partitioned table, and a procedure that commits.
 */
import type { ConcurrentIndex } from "./classify.ts";
import type { Cursor } from "./cursor.ts";
import { symbol } from "./scan.ts";

interface Finding {
  readonly cannotRunInTransaction?: string;
  readonly concurrentIndex?: ConcurrentIndex;
}

/** Reads a statement from just past its first word. */
type Reader = (cursor: Cursor) => Finding;

const allowed: Finding = {};

function refused(subject: string): Finding {
  return { cannotRunInTransaction: subject };
}

/** The readers of statements, by their first word. */
export const outsideTransaction = {
  create(cursor) {
    cursor.take("unique");
    return readNext(cursor, {
      index: createIndex,
      database: () => refused("CREATE DATABASE"),
      tablespace: () => refused("CREATE TABLESPACE"),
      subscription: createSubscription,
    });
  },
  drop: (cursor) =>
    readNext(cursor, {
      index: dropIndex,
      database: () => refused("DROP DATABASE"),
      tablespace: () => refused("DROP TABLESPACE"),
      // Allowed once its slot is set to NONE, which only the catalog knows; without a transaction it always runs.
      subscription: () => refused("DROP SUBSCRIPTION"),
    }),
  alter: (cursor) =>
    readNext(cursor, {
      system: () => refused("ALTER SYSTEM"),
      database: alterDatabase,
      subscription: alterSubscription,
      table: alterTable,
    }),
  reindex,
  vacuum: () => refused("VACUUM"),
  cluster,
  discard: (cursor) => (cursor.at("all") ? refused("DISCARD ALL") : allowed),
} as const satisfies Record<string, Reader>;

function readNext<Word extends string>(cursor: Cursor, readers: Readonly<Record<Word, Reader>>): Finding {
  for (const word in readers) if (cursor.take(word)) return readers[word](cursor);
  return allowed;
}

function createIndex(cursor: Cursor): Finding {
  if (!cursor.take("concurrently")) return allowed;
  const ifExists = cursor.take("if", "not", "exists");
  const index = cursor.at("on") ? undefined : cursor.name();
  cursor.take("on");
  cursor.take("only");
  cursor.takeSymbol(symbol.open);
  const table = cursor.name();
  const concurrentIndex = { kind: "create", index, table, ifExists } as const;
  return { cannotRunInTransaction: "CREATE INDEX CONCURRENTLY", concurrentIndex };
}

function dropIndex(cursor: Cursor): Finding {
  if (!cursor.take("concurrently")) return allowed;
  const ifExists = cursor.take("if", "exists");
  const concurrentIndex = { kind: "drop", index: cursor.name(), ifExists } as const;
  return { cannotRunInTransaction: "DROP INDEX CONCURRENTLY", concurrentIndex };
}

function reindex(cursor: Cursor): Finding {
  const option = cursor.options().get("concurrently");
  const kind = cursor.takeOne("index", "table", "schema", "database", "system");
  const concurrently = cursor.take("concurrently") || (option !== undefined && !isOff(option));
  if (concurrently) {
    const name = cursor.name();
    const index = kind === "index" ? name : undefined;
    const table = kind === "table" ? name : undefined;
    const concurrentIndex = { kind: "reindex", index, table, ifExists: false } as const;
    return { cannotRunInTransaction: "REINDEX CONCURRENTLY", concurrentIndex };
  }
  const many = kind === "schema" || kind === "database" || kind === "system";
  return many ? refused(`REINDEX ${kind.toUpperCase()}`) : allowed;
}

/** It makes a replication slot on the other server unless told otherwise; connect = false implies that. */
function createSubscription(cursor: Cursor): Finding {
  const options = optionsAfterWith(cursor);
  const slot = options.get("create_slot") ?? options.get("connect");
  return isOff(slot) ? allowed : refused("CREATE SUBSCRIPTION ... WITH (create_slot = true)");
}

function alterSubscription(cursor: Cursor): Finding {
  cursor.name();
  if (cursor.take("refresh")) return refused("ALTER SUBSCRIPTION ... REFRESH");
  if (cursor.takeOne("set", "add", "drop") === undefined) return allowed;
  if (cursor.take("publication")) {
    return isOff(optionsAfterWith(cursor).get("refresh"))
      ? allowed
      : refused("ALTER SUBSCRIPTION with refresh");
  }
  // Both change the slot on the other server; two_phase = true is left to the worker that applies the changes.
  const options = cursor.options();
  if (options.has("failover")) return refused("ALTER SUBSCRIPTION ... SET (failover)");
  return isOff(options.get("two_phase")) ? refused("ALTER SUBSCRIPTION ... SET (two_phase)") : allowed;
}

function alterDatabase(cursor: Cursor): Finding {
  cursor.name();
  cursor.takeOne("set", "with");
  return cursor.at("tablespace") ? refused("ALTER DATABASE SET TABLESPACE") : allowed;
}

/** DETACH … FINALIZE may run in a transaction. */
function alterTable(cursor: Cursor): Finding {
  cursor.take("if", "exists");
  cursor.take("only");
  const parenthesised = cursor.takeSymbol(symbol.open);
  cursor.name();
  if (parenthesised) cursor.takeSymbol(symbol.close);
  cursor.takeSymbol(symbol.asterisk);
  if (!cursor.take("detach", "partition")) return allowed;
  cursor.name();
  return cursor.at("concurrently") ? refused("ALTER TABLE ... DETACH CONCURRENTLY") : allowed;
}

/** Without a table it goes through all of them, a transaction each. */
function cluster(cursor: Cursor): Finding {
  cursor.take("verbose");
  cursor.options();
  return cursor.atEnd ? refused("CLUSTER") : allowed;
}

function optionsAfterWith(cursor: Cursor): ReadonlyMap<string, string> {
  while (!cursor.atEnd && !cursor.take("with")) cursor.advance();
  return cursor.options();
}

function isOff(value: string | undefined): boolean {
  return value === "false" || value === "off" || value === "0";
}
