/** Does what a plan says, a step at a time. */
import { setTimeout as sleep } from "node:timers/promises";
import { runShortTransaction } from "../locks/short-transaction.ts";
import type { WantedLock } from "../locks/short-transaction.ts";
import { VezaError } from "../kernel/error.ts";
import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { detachStep, finalizeStep } from "./create-sql.ts";
import type { WorkStep } from "./create-sql.ts";
import { drainDefault } from "./convert/drain.ts";
import { quoteName } from "./like.ts";
import type { MaintenancePlan, Partition, Step } from "./model.ts";
import { ensureArchive, findArchive } from "./own-tables.ts";
import { planTable } from "./plan-steps.ts";
import { readTables, requireKept } from "./read-tables.ts";
import type { Kept } from "./read-tables.ts";
import { lockTable } from "./work.ts";
import type { Work } from "./work.ts";

/** What was done to one table. */
export interface Done {
  readonly table: string;
  readonly steps: readonly Step[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
}

/**
 * Brings one table to what its policy says. Under the lock everything is read anew: another run may have done it
 * meanwhile, and what was planned before is then done already.
 */
export async function maintainTable(db: Db, { policy }: Kept, work: Work): Promise<Done> {
  const done = { steps: [] as Step[], created: [] as string[], detached: [] as string[] };
  const kept = requireKept(await readTables(db, [policy]));
  const { table } = kept;
  await using _lock = await lockTable(db, table, work);
  let barred: VezaError | undefined;
  // A detach that is finished first may open what the plan did not know of; a few rounds are enough.
  for (let round = 0; round < 4; round++) {
    const tables = await readTables(db, [policy]);
    const { plan, steps: planned } = await planTable(db, requireKept(tables), tables.session);
    const steps = barred === undefined ? planned : planned.filter(({ kind }) => kind !== "drain");
    // What is finished or moved first changes what else is due.
    const first = steps.find(({ kind }) => kind === "finalize" || kind === "drain");
    const due = first === undefined ? steps : steps.filter(({ kind }) => kind === first.kind);
    for (const together of inBatches(due)) {
      work.signal.throwIfAborted();
      try {
        await applySteps(db, plan, together, work);
      } catch (error) {
        // What cannot be moved may not keep later rows from a partition of their own: they would join it.
        if (first?.kind !== "drain" || !cannotDrain(error)) throw error;
        barred = error;
        continue;
      }
      for (const step of together) {
        done.steps.push(step);
        if (step.kind === "drain") done.created.push(...plan.drain.map(({ name }) => name));
        else if (step.kind === "create" || step.kind === "default") done.created.push(step.partition);
        else done.detached.push(step.partition);
        work.note(`${verbs[step.kind]} ${table.schema}.${step.partition}`);
      }
    }
    if (due.length === steps.length) break;
  }
  if (barred !== undefined)
    throw done.steps.length === 0
      ? barred
      : barred.with({ state: "Nothing was moved; what else was due is done." });
  return { table: `${table.schema}.${table.name}`, ...done };
}

function cannotDrain(error: unknown): error is VezaError {
  return error instanceof VezaError && ["partition.no-key", "partition.not-allowed"].includes(error.code);
}

/** Writes down what a run that was killed has detached. Nothing is sent where no policy detaches anything. */
export async function finishDetached(db: Db, kept: readonly Kept[], ownSchema: string): Promise<void> {
  if (kept.every(({ policy }) => policy.retain === undefined)) return;
  try {
    const archive = await findArchive(db, ownSchema);
    if (archive === undefined) return;
    await db.execute(fillIdentifiers(loadSql(import.meta.url, "./sql/finish-detached.sql"), { archive }));
  } catch (error) {
    throw queryFailure(error, "writing down what was detached");
  }
}

const verbs = {
  create: "created ",
  default: "created ",
  detach: "detached",
  finalize: "detached",
  drain: "moved   ",
} as const;

const doing = {
  create: "creating",
  default: "creating",
  detach: "detaching",
  finalize: "detaching",
  drain: "emptying",
} as const;

/** Partitions that hold up nobody are made many at a time. */
const mostTogether = 30;

function inBatches(steps: readonly WorkStep[]): WorkStep[][] {
  const batches: WorkStep[][] = [];
  for (const step of steps) {
    const last = batches.at(-1);
    const joins = step.isQuiet && last?.[0]?.isQuiet === true && last.length < mostTogether;
    if (joins) last.push(step);
    else batches.push([step]);
  }
  return batches;
}

async function applySteps(
  db: Db,
  plan: MaintenancePlan,
  steps: readonly WorkStep[],
  work: Work,
): Promise<void> {
  const [step] = steps;
  if (step === undefined) return;
  try {
    const partition = [...plan.detach, ...plan.finalize].find(({ name }) => name === step.partition);
    if (step.kind === "drain") await drainDefault(db, plan, work);
    else if (partition === undefined) await createPartitions(db, plan, steps, work);
    else await detachPartition(db, plan, partition, step, work);
  } catch (error) {
    if (error instanceof VezaError) throw error;
    throw queryFailure(error, `${doing[step.kind]} ${step.partition}`).with({
      ending: sqlstateOf(error) === "42501" || sqlstateOf(error) === "53100" ? "environment" : "failed",
      hint: `When that is mended: ${work.again}`,
      state: "This step was rolled back; the steps before it stay done.",
    });
  }
}

async function createPartitions(
  db: Db,
  { table }: MaintenancePlan,
  steps: readonly WorkStep[],
  work: Work,
): Promise<void> {
  const locks: WantedLock[] = [{ table: quoteName(table), mode: "SHARE UPDATE EXCLUSIVE" }];
  const statements = steps.flatMap((step) => step.statements);
  const names = steps.map(({ partition }) => partition);
  const doing = `creating ${names[0] ?? ""}${names.length > 1 ? ` and ${names.length - 1} more` : ""}`;
  await runShortTransaction(db, { doing, locks, statements }, work);
}

/**
 * What is detached is written down first: a run that is killed between the two leaves a row that the next one finishes.
 * Detaching concurrently works in two transactions; stopped between them, only FINALIZE can go on.
 */
async function detachPartition(
  db: Db,
  plan: MaintenancePlan,
  partition: Partition,
  step: WorkStep,
  work: Work,
): Promise<void> {
  const { table } = plan;
  const archive = await ensureArchive(db, work.ownSchema);
  const sql = (text: string): string => fillIdentifiers(text, { archive });
  if (step.kind === "detach") {
    await db.query(sql(loadSql(import.meta.url, "./sql/begin-detach.sql")), [
      partition.oid,
      partition.schema,
      partition.name,
      table.name,
      partition.bound,
    ]);
  }
  if (step.kind === "detach" && table.defaultPartition !== undefined) {
    const locks: WantedLock[] = [
      { table: quoteName(table), mode: "ACCESS EXCLUSIVE" },
      { table: quoteName(table.defaultPartition), mode: "ACCESS EXCLUSIVE" },
    ];
    const doing = `detaching ${partition.name}`;
    await runShortTransaction(db, { doing, locks, statements: step.statements }, work);
  } else await detachConcurrently(db, plan, partition, work);
  await db.query(sql(loadSql(import.meta.url, "./sql/end-detach.sql")), [partition.oid]);
}

async function detachConcurrently(
  db: Db,
  plan: MaintenancePlan,
  partition: Partition,
  work: Work,
): Promise<void> {
  const deadline = performance.now() + work.waitMs;
  for (let attempt = 1; ; attempt++) {
    const [state] = await db.query<{ isPending: boolean }>(
      loadSql(import.meta.url, "./sql/detach-state.sql"),
      [partition.oid],
    );
    if (state === undefined) return; // done, by us or by somebody else
    const step = state.isPending ? finalizeStep(plan, partition) : detachStep(plan, partition);
    // The second half only waits for those who still read the old list of partitions, and blocks nobody meanwhile.
    const limit = state.isPending ? work.waitMs : work.lockTimeoutMs;
    try {
      await cancellable(db, work.signal, async () => {
        await db.send(`SET lock_timeout = ${limit}`);
        for (const statement of step.statements) await db.send(statement);
      });
      return;
    } catch (error) {
      if (work.signal.aborted) throw stopped(partition, work);
      const isLock = ["55P03", "40P01"].includes(sqlstateOf(error) ?? "");
      if (!isLock) throw error;
      if (performance.now() >= deadline) throw pending(partition, work, error);
      if (attempt === 1) work.note(`detaching ${partition.name} waits for transactions that use the table`);
      await sleep(100 + Math.random() * 200, undefined, { signal: work.signal }).catch(() => {
        throw stopped(partition, work);
      });
    } finally {
      if (db.isAlive) await db.send("RESET lock_timeout");
    }
  }
}

function stopped({ name }: Partition, { again }: Work): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: `Stopped while ${name} was being detached.`,
    hint: again,
    state: `Its detaching may be half done; ${again} finishes it.`,
  });
}

function pending({ name }: Partition, { again }: Work, cause: unknown): VezaError {
  return new VezaError({
    code: "partition.detach-waits",
    ending: "failed",
    message: `${name} could not be detached in time: transactions that use the table go on and on.`,
    hint: `veza-db stats transactions shows them; then: ${again}`,
    state: `Its detaching may be half done; ${again} finishes it.`,
    cause,
  });
}
