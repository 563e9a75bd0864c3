/** Goes through the phases of a conversion, from wherever it stands. Killed anywhere, the next run goes on there. */
import { runShortTransaction } from "../../locks/short-transaction.ts";
import type { WantedLock } from "../../locks/short-transaction.ts";
import { cancellable } from "../../postgres/cancel.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../../postgres/failure.ts";
import type { QuotedSql } from "../../sql/quote.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { emptySearchPath } from "../look.ts";
import { quoteName } from "../like.ts";
import { conversionsTable, ensureArchive } from "../own-tables.ts";
import type { Work } from "../work.ts";
import { copyRows } from "./copy.ts";
import { buildIndex } from "./build-index.ts";
import { convertPhases } from "./model.ts";
import type { Conversion, Phase, Spec } from "./model.ts";
import { explain, interrupted } from "./explain.ts";
import { exclusive, referenced, viewLocks } from "./locks.ts";
import { forwardSync, keyIndexName, tableOf } from "./names.ts";
import { harmlessToSwap, keepShapeSql, requireShape, requireShapeSql } from "./shape.ts";
import { requireWhole, requireWholeSql } from "./way-back.ts";
import { privilegesState, withPrivileges } from "./privileges.ts";
import { endSql, nextPhaseSql, requireConversion } from "./state.ts";
import {
  cutoverSql,
  keyIndexSql,
  keysSql,
  needsKey,
  stagingSql,
  startSyncSql,
  strayState,
  swapSql,
  validateSql,
} from "./steps-sql.ts";
import { houseStrays } from "./strays.ts";
import { plainSql, undoSwapSql } from "./undo.ts";
import { compareCopies, waitForOldSnapshots } from "./verify.ts";

export interface Runner {
  readonly db: Db;
  readonly work: Work;
  readonly conversions: QuotedSql;
}

/** Runs until it is done or somebody pauses it. Holds the table's advisory lock: the caller has taken it. */
export async function runConversion(
  db: Db,
  { schema, name }: Pick<Spec, "schema" | "name">,
  work: Work,
): Promise<Conversion> {
  const runner: Runner = { db, work, conversions: conversionsTable(work.ownSchema) };
  await watchClient(db);
  await emptySearchPath(db);
  for (;;) {
    const conversion = await requireConversion(db, work.ownSchema, { schema, name });
    if (conversion.outcome !== null || conversion.isPaused) return conversion;
    if (work.signal.aborted) throw interrupted(conversion, work);
    work.note(`${conversion.phase}: ${doing[conversion.phase]}`);
    try {
      if (conversion.phase !== "finish") await requireShape(db, conversion.spec, harmlessOf(conversion));
      if (isSyncing(conversion.phase)) await requireWhole(db, forwardSync(conversion.spec));
      await phases[conversion.phase](runner, conversion);
    } catch (error) {
      // Between the look and the lock somebody has granted something, or written a row without a slice: once more.
      if ([strayState, privilegesState].includes(sqlstateOf(error) ?? "")) continue;
      if (work.signal.aborted) throw interrupted(conversion, work);
      throw explain(error, conversion, doing[conversion.phase], work);
    }
  }
}

const doing: Readonly<Record<Phase, string>> = {
  index: "building the index of the new key",
  cutover: "putting a partitioned table in the place of the table",
  analyze: "gathering statistics",
  staging: "making the slices",
  sync: "writing changes to both",
  copy: "copying rows",
  keys: "checking the foreign keys of the slices",
  verify: "comparing both sides",
  swap: "putting the slices in place",
  finish: "gathering statistics of the whole",
};

type Perform = (runner: Runner, conversion: Conversion) => Promise<void>;

const phases: Readonly<Record<Phase, Perform>> = {
  index: async (runner, conversion) => {
    const { spec } = conversion;
    if (needsKey(spec)) {
      await buildIndex(runner, { schema: spec.schema, name: keyIndexName(spec.name) }, keyIndexSql(spec));
    }
    await advance(runner, conversion);
  },
  cutover: async (runner, conversion) => {
    const { current, require } = await withPrivileges(runner.db, conversion.spec);
    await exclusively(
      runner,
      conversion,
      [...viewLocks(current), exclusive(tableOf(current)), ...referenced(current, "ACCESS EXCLUSIVE")],
      [
        ...requireShapeSql(current, harmlessOf(conversion)),
        require,
        ...cutoverSql(current),
        keepShapeSql(runner.conversions, conversion),
      ],
    );
  },
  analyze: async (runner, conversion) => {
    await unhurried(runner, `ANALYZE ${quoteName(tableOf(conversion.spec))}`);
    await advance(runner, conversion);
  },
  staging: (runner, conversion) =>
    exclusively(
      runner,
      conversion,
      [],
      conversion.spec.kind === "undo" ? plainSql(conversion.spec) : stagingSql(conversion.spec),
    ),
  sync: (runner, conversion) => {
    const { spec } = conversion;
    const source: WantedLock = {
      table: quoteName({ schema: spec.schema, name: spec.source }),
      mode: "SHARE ROW EXCLUSIVE",
    };
    return exclusively(runner, conversion, [source], startSyncSql(spec));
  },
  copy: async (runner, conversion) => {
    if (await copyRows(runner, conversion)) await advance(runner, conversion);
  },
  keys: async (runner, conversion) => {
    const { spec } = conversion;
    const { db, work } = runner;
    const targets = spec.kind === "undo" ? [spec.staging] : spec.slices.map(({ name }) => name);
    if (spec.parts.foreignKeys.length > 0) {
      const isDone = async (): Promise<boolean> => hasKeys(db, spec, targets);
      await runShortTransaction(
        db,
        {
          doing: "adding the foreign keys of the slices",
          locks: referenced(spec, "SHARE ROW EXCLUSIVE"),
          statements: keysSql(spec, targets),
          isDone,
        },
        work,
      );
      for (const sql of validateSql(spec, targets)) await unhurried(runner, sql);
    }
    await unhurried(runner, `ANALYZE ${quoteName({ schema: spec.schema, name: spec.staging })}`);
    await advance(runner, conversion);
  },
  verify: async (runner, conversion) => {
    await compareCopies(runner, conversion);
    await advance(runner, conversion);
  },
  swap: async (runner, conversion) => {
    const { spec } = conversion;
    if (spec.kind === "undo") {
      await waitForOldSnapshots(runner);
      const { current, require } = await withPrivileges(runner.db, spec);
      await exclusively(
        runner,
        conversion,
        [...viewLocks(spec), exclusive(tableOf(spec)), ...referenced(spec, "ACCESS EXCLUSIVE")],
        [
          ...requireShapeSql(spec, harmlessOf(conversion)),
          ...requireWholeSql(forwardSync(spec)),
          require,
          ...undoSwapSql(current),
        ],
      );
      return;
    }
    const archive = await ensureArchive(runner.db, runner.work.ownSchema);
    await houseStrays(runner, conversion);
    await waitForOldSnapshots(runner);
    const { spec: whole } = await requireConversion(runner.db, runner.work.ownSchema, spec);
    const { current, require } = await withPrivileges(runner.db, whole);
    const locks = [
      exclusive(tableOf(spec)),
      exclusive({ schema: spec.schema, name: spec.source }),
      ...referenced(spec, "ACCESS EXCLUSIVE"),
    ];
    const record = `INSERT INTO ${archive} (partition_oid, schema_name, partition_name, table_name, bound, reason, detached_at) SELECT c.oid, ${quoteLiteral(spec.schema)}, ${quoteLiteral(spec.moved)}, ${quoteLiteral(spec.name)}, '', 'moved', pg_catalog.now() FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(${quoteLiteral(quoteName({ schema: spec.schema, name: spec.moved }))})`;
    // What was drained is done with that; nobody needs to come back for it.
    const end = spec.kind === "drain" ? [endSql(runner.conversions, conversion.id, "done")] : [];
    await exclusively(runner, conversion, locks, [
      ...requireShapeSql(whole, harmlessOf(conversion)),
      ...requireWholeSql(forwardSync(whole)),
      require,
      ...swapSql(current),
      record,
      ...end,
    ]);
  },
  finish: async ({ db, work, conversions }, { id, spec }) => {
    await unhurried({ db, work, conversions }, `ANALYZE ${quoteName(tableOf(spec))}`);
    await db.send(endSql(conversions, id, "done"));
  },
};

/** Once the table is the one that stays, what hangs on it alone may come and go. */
function harmlessOf({ kind, phase }: Conversion): readonly string[] {
  return kind === "undo" || phase === "index" || phase === "cutover" ? [] : harmlessToSwap;
}

/** Triggers write to the copy. */
function isSyncing(phase: Phase): boolean {
  return ["copy", "keys", "verify", "swap"].includes(phase);
}

function phaseAfter(phase: Phase): Phase {
  return convertPhases[convertPhases.indexOf(phase) + 1] ?? "finish";
}

async function advance({ db, conversions }: Runner, { id, phase }: Conversion): Promise<void> {
  await db.send(nextPhaseSql(conversions, id, phaseAfter(phase)));
}

/** A phase in one transaction, which says in itself that it is done: after a kill it is done or it is not. */
async function exclusively(
  { db, work, conversions }: Runner,
  { id, phase }: Conversion,
  locks: readonly WantedLock[],
  statements: readonly string[],
): Promise<void> {
  const next = nextPhaseSql(conversions, id, phaseAfter(phase));
  await runShortTransaction(db, { doing: doing[phase], locks, statements: [...statements, next] }, work);
}

/** What waits for nobody's lock for long, and may itself take long. */
async function unhurried({ db, work }: Runner, sql: string): Promise<void> {
  await cancellable(db, work.signal, () => db.send(sql));
}

async function hasKeys(db: Db, spec: Spec, targets: readonly string[]): Promise<boolean> {
  const [first] = spec.parts.foreignKeys;
  const { rows } = await db.send(
    `SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = pg_catalog.to_regclass(${quoteLiteral(quoteName({ schema: spec.schema, name: targets[0] ?? "" }))}) AND k.conname = ${quoteLiteral(first?.name ?? "")}`,
  );
  return rows.length > 0;
}

/** A server that runs our statement looks whether we are still there (not on every platform). */
async function watchClient(db: Db): Promise<void> {
  try {
    await db.send("SET client_connection_check_interval = 2000");
  } catch (error) {
    if (!db.isAlive) throw queryFailure(error, "preparing the session");
  }
}
