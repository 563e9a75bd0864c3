/** What a statement's first words say about how it may be run. */
import { Cursor, type QualifiedName } from "./cursor.ts";
import { outsideTransaction } from "./outside-transaction.ts";

export interface Classification {
  /** The leading keywords in capitals, as PostgreSQL's command tags: `CREATE INDEX`, `ALTER TABLE`, `INSERT`. */
  readonly command: string;
  /** The command that begins, ends or prepares a transaction: `COMMIT`. Savepoints are none. */
  readonly transactionControl?: string;
  /** Subject of PostgreSQL's sentence "… cannot run inside a transaction block": `CREATE INDEX CONCURRENTLY`. */
  readonly cannotRunInTransaction?: string;
  readonly concurrentIndex?: ConcurrentIndex;
}

/** A statement that builds, drops or rebuilds indexes concurrently, and may leave INVALID ones when it fails. */
export interface ConcurrentIndex {
  readonly kind: "create" | "drop" | "reindex";
  /**
   * The index's name. Absent where PostgreSQL chooses it, and for REINDEX of more than one index. CREATE INDEX
   * never names a schema: the index lives in its table's.
   */
  readonly index?: QualifiedName | undefined;
  /** The table of CREATE INDEX and of REINDEX TABLE. */
  readonly table?: QualifiedName | undefined;
  /** IF NOT EXISTS or IF EXISTS was written: an INVALID index of that name makes CREATE a silent no-op. */
  readonly ifExists: boolean;
}

/** Classifies one statement, as `splitStatements` gives it. Does not judge whether PostgreSQL would accept it. */
export function classify(sql: string): Classification {
  const cursor = new Cursor(sql);
  const first = cursor.here.toUpperCase();
  const control = readTransactionControl(cursor);
  if (control !== undefined) return { command: control, transactionControl: control };
  const verb = cursor.takeOne("create", "alter", "drop", "reindex", "vacuum", "cluster", "discard");
  if (verb === undefined) return { command: first };
  const hasObject = verb === "create" || verb === "alter" || verb === "drop";
  const command = hasObject ? `${first} ${objectType(sql)}`.trimEnd() : first;
  return { command, ...outsideTransaction[verb](cursor) };
}

/** The command that begins, ends or prepares a transaction, or undefined. */
function readTransactionControl(cursor: Cursor): string | undefined {
  if (cursor.take("start", "transaction")) return "START TRANSACTION";
  // PREPARE transaction AS … prepares a statement of that name.
  if (cursor.take("prepare", "transaction")) return cursor.atString ? "PREPARE TRANSACTION" : undefined;
  if (cursor.take("commit")) return cursor.at("prepared") ? "COMMIT PREPARED" : "COMMIT";
  if (cursor.take("rollback")) {
    if (cursor.at("prepared")) return "ROLLBACK PREPARED";
    cursor.takeOne("work", "transaction");
    return cursor.at("to") ? undefined : "ROLLBACK";
  }
  return cursor.takeOne("begin", "end", "abort")?.toUpperCase();
}

/** Words that may stand between the verb and the kind of object. */
const modifiers =
  "or replace global local temporary temp unlogged unique recursive constraint trusted procedural".split(" ");

/** Kinds of object that take more than one word. */
const longTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ["access", ["method"]],
  ["default", ["privileges"]],
  ["event", ["trigger"]],
  ["foreign", ["table", "data"]],
  ["data", ["wrapper"]],
  ["large", ["object"]],
  ["materialized", ["view"]],
  ["operator", ["class", "family"]],
  ["text", ["search"]],
  ["search", ["configuration", "dictionary", "parser", "template"]],
  ["user", ["mapping"]],
]);

function objectType(sql: string): string {
  const cursor = new Cursor(sql);
  cursor.advance();
  while (cursor.takeOne(...modifiers) !== undefined);
  let type = "";
  for (let word: string | undefined = cursor.advance(); word !== undefined;) {
    type += ` ${word}`;
    word = cursor.takeOne(...(longTypes.get(word.toLowerCase()) ?? []));
  }
  return type.trim().toUpperCase();
}
