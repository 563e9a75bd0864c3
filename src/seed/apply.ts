import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteLiteral, quoteQualified } from "../sql/quote.ts";
import { refuseRows, tablesToTruncate } from "./empty.ts";
import type { RowsPolicy } from "./empty.ts";
import { fileError } from "./failure.ts";
import { loadTable } from "./load-table.ts";
import type { LoadedTable, SeedEvent } from "./load-table.ts";
import type { DerivedFile, SeedFile, TableFile } from "./model.ts";
import type { SeedPlan } from "./plan.ts";
import { readBases, sequenceColumns } from "./read-database.ts";
import type { DatabaseTable } from "./read-database.ts";
import { explainLoad } from "./explain-load.ts";
import type { Step } from "./explain-load.ts";
import type { Tables } from "./table.ts";
import { listed, restingTriggers, runAll, unownedTables } from "./triggers.ts";
import { makeWorld } from "./world.ts";

export interface ApplyOptions {
  readonly plan: SeedPlan;
  readonly tables: ReadonlyMap<string, DatabaseTable>;
  readonly policy: RowsPolicy;
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
  /** The words of this call, for hints. */
  readonly again: string;
  readonly tell: (event: SeedEvent) => void;
}

/** Loads everything in one transaction: it is all there afterwards, or nothing of it. */
export async function applySeed(db: Db, options: ApplyOptions): Promise<LoadedTable[]> {
  const { signal } = options;
  const step: Step = { at: "begin", file: undefined };
  try {
    const loaded = await cancellable(db, signal, async () => {
      await begin(db, options.lockTimeoutMs);
      return loadAll(db, options, step);
    });
    if (signal.aborted) throw new Error("interrupted");
    step.at = "commit";
    step.file = undefined;
    await db.send("COMMIT");
    return loaded;
  } catch (error) {
    throw explainLoad(error, step, db.target, signal, await rollBack(db, step));
  }
}

async function begin(db: Db, lockTimeoutMs: number): Promise<void> {
  const text = loadSql(import.meta.url, "./sql/begin.sql");
  await db.send(fillIdentifiers(text, { lock_timeout: quoteLiteral(String(lockTimeoutMs)) }));
}

/** True when it is certain that nothing is left. */
async function rollBack(db: Db, { at }: Step): Promise<boolean> {
  if (!db.isAlive) return at !== "commit";
  // Where this fails, the end of the session does it.
  await db.send("ROLLBACK").catch(() => db.close());
  return true;
}

async function loadAll(db: Db, options: ApplyOptions, step: Step): Promise<LoadedTable[]> {
  const { plan, tables, signal, tell } = options;
  const unowned = unownedTables(plan, tables);
  const hasRest = unowned.length === 0;
  if (!hasRest) {
    tell({
      kind: "warning",
      text: `The role does not own ${unowned.join(", ")}: triggers stay on and count each row, which takes several times as long.`,
    });
  }
  const triggers = hasRest ? restingTriggers(plan, tables) : { rest: [], wake: [] };
  step.at = "prepare";
  await lockTables(db, tables);
  await makeRoom(db, options);
  const bases = options.policy === "append" ? await readBases(db, plan, tables) : new Map<string, number>();
  const loadedNames = new Set(plan.tables.map(({ table }) => table));
  const world = makeWorld(plan.files, { ...plan.wishes, loaded: loadedNames, bases });
  for (const file of plan.tables) {
    step.file = file;
    await makeMonths(db, file, world, tables);
  }
  await runAll(db, triggers.rest);
  step.at = "load";
  const loaded: LoadedTable[] = [];
  for (const file of plan.tables) {
    step.file = file;
    const [table, known] = [world.get(file.table), tables.get(file.table)];
    if (table === undefined || known === undefined) throw new Error(`${file.table} was not prepared`);
    loaded.push(await loadTable(db, { table, quoted: known.quoted, hasKept: hasRest, signal, tell }));
  }
  // Before the statements that fill the other tables: without statistics the server plans for a handful of rows.
  await analyze(db, plan.tables, options, step);
  const derived = plan.derived.filter(({ isKept }) => hasRest || !isKept);
  for (const file of derived) {
    step.file = file;
    loaded.push(await fillDerived(db, file, options));
  }
  await analyze(db, derived, options, step);
  await runAll(db, triggers.wake);
  for (const file of plan.tables) await moveSequences(db, file, world, tables);
  return loaded;
}

/** Gathers statistics, within the transaction: whoever sees the rows sees them too. */
async function analyze(db: Db, files: readonly SeedFile[], options: ApplyOptions, step: Step): Promise<void> {
  const known = files
    .map(({ table }) => options.tables.get(table))
    .filter((table) => table?.isOwned === true);
  const owned = known.flatMap((table) => (table === undefined ? [] : [table.quoted]));
  if (owned.length === 0) return;
  if (options.signal.aborted) throw new Error("interrupted");
  step.file = undefined;
  options.tell({ kind: "working", text: "statistics" });
  await db.send(`ANALYZE ${listed(owned)}`);
}

/** Nobody else writes to the tables meanwhile. A role that may not lock loads without: what clashes then fails. */
async function lockTables(db: Db, tables: ReadonlyMap<string, DatabaseTable>): Promise<void> {
  const lockable = [...tables.values()].filter(({ isOwned, canTruncate }) => isOwned || canTruncate);
  if (lockable.length > 0)
    await db.send(`LOCK TABLE ${listed(lockable.map(({ quoted }) => quoted))} IN SHARE ROW EXCLUSIVE MODE`);
}

/** Looks again, now that nobody can write: somebody may have filled the tables since they were read. */
async function makeRoom(db: Db, { policy, tables, again }: ApplyOptions): Promise<void> {
  if (policy === "refuse") await refuseRows(db, tables, again);
  if (policy === "truncate") await db.send(`TRUNCATE ${listed(await tablesToTruncate(db, tables))}`);
}

async function makeMonths(
  db: Db,
  file: TableFile,
  world: Tables,
  tables: ReadonlyMap<string, DatabaseTable>,
): Promise<void> {
  if (file.monthsBy === undefined) return;
  const clock = world.get(file.table)?.clock;
  if (clock === undefined)
    throw fileError(
      file,
      "monthsBy",
      "no column says which months there are",
      "a table with a column made by spread",
    );
  const [from, to] = [new Date(clock.from), new Date(clock.to)];
  const months =
    (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth() + 1;
  const [schema, name] = file.monthsBy.includes(".") ? file.monthsBy.split(".") : [undefined, file.monthsBy];
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/make-months.sql"), {
    function: quoteQualified(schema, name ?? ""),
  });
  await db.query(sql, [tables.get(file.table)?.quoted ?? "", from.toISOString().slice(0, 10), months]);
}

async function fillDerived(db: Db, file: DerivedFile, { tell, signal }: ApplyOptions): Promise<LoadedTable> {
  if (signal.aborted) throw new Error("interrupted");
  tell({ kind: "working", text: file.table });
  const startedAt = performance.now();
  const { count } = await db.send(file.sql);
  const done: LoadedTable = { table: file.table, rows: count, durationMs: performance.now() - startedAt };
  tell({ kind: "finished", done });
  return done;
}

async function moveSequences(
  db: Db,
  file: TableFile,
  world: Tables,
  tables: ReadonlyMap<string, DatabaseTable>,
): Promise<void> {
  const table = world.get(file.table);
  for (const column of sequenceColumns(file)) {
    const sequence = tables.get(file.table)?.columns.find(({ name }) => name === column)?.sequence;
    if (sequence === undefined || sequence === null || table === undefined) continue;
    await db.query(loadSql(import.meta.url, "./sql/move-sequence.sql"), [
      sequence,
      String(table.base + table.rows),
    ]);
  }
}
