/** Two sides compared: what differs, the SQL between them, and the proof that it leads there. */
import { compareCatalogs } from "../catalog/compare.ts";
import type { Change } from "../catalog/compare.ts";
import type { Catalog } from "../catalog/model.ts";
import type { TableName } from "../catalog/read.ts";
import type { Ports } from "../drift/desired.ts";
import { messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { dumpSchema } from "../schema/dump.ts";
import { adopt } from "./adopt.ts";
import { withoutState } from "./describe.ts";
import { compareDumpLines, readDumpLines } from "./judge-dump.ts";
import type { DumpLines, DumpVerdict } from "./judge-dump.ts";
import type { DiffPlan } from "./model.ts";
import { readSide } from "./open-side.ts";
import type { OpenSide } from "./open-side.ts";
import { planDiff } from "./plan.ts";
import { leadsThere, provePlan } from "./prove.ts";
import type { ScratchYard } from "./scratch.ts";

export interface PairWishes {
  readonly without: readonly TableName[];
  readonly isProven: boolean;
  /** Tried as it is to be run: indexes and proofs outside of transactions. */
  readonly isConcurrent: boolean;
  /** The pg_dump that serves both servers; undefined where there is none. */
  readonly pgDump: string | undefined;
}

export interface Pair {
  readonly changes: readonly Change[];
  readonly plan: DiffPlan;
  /** Where the plan was tried; undefined where it was not. */
  readonly provenIn: string | undefined;
  readonly dumps: DumpVerdict | undefined;
}

export async function comparePair(
  from: OpenSide,
  to: OpenSide,
  yard: ScratchYard,
  ports: Ports,
  wishes: PairWishes,
): Promise<Pair> {
  const wanted = withoutEmptying(from.catalog, to.catalog);
  const changes = withoutState(compareCatalogs(from.catalog, wanted));
  if (changes.length === 0) {
    const plan: DiffPlan = { statements: [], obstacles: [], notes: [] };
    const dumps = wishes.isProven ? await judge(from.target, askDump(to.target, wishes), wishes) : undefined;
    return { changes, plan, provenIn: undefined, dumps };
  }
  const plan = planDiff(from.catalog, wanted);
  const untried: Pair = { changes, plan, provenIn: undefined, dumps: undefined };
  if (plan.obstacles.length > 0 || !wishes.isProven) return untried;
  // It takes as long as the copy, and needs nothing of it.
  const dump = askDump(to.target, wishes);
  const trial = { from, wanted, plan, dump, yard, ports, wishes };
  return { ...untried, ...((await tryOnce(trial)) ?? (await tryWithCare(trial))) };
}

interface Trial {
  readonly from: OpenSide;
  readonly wanted: Catalog;
  readonly plan: DiffPlan;
  /** Of the wanted side. */
  readonly dump: Asked;
  readonly yard: ScratchYard;
  readonly ports: Ports;
  readonly wishes: PairWishes;
}

type Outcome = Pick<Pair, "plan" | "provenIn" | "dumps">;

/**
 * Most plans lead there at once: then the copy was like its original in all that counts, and need not be read first. Undefined
 * where that is not known, or the plan does not lead there: then it is to be tried with care.
 */
function tryOnce(trial: Trial): Promise<Outcome | undefined> {
  const { from, wanted, plan, wishes } = trial;
  if (from.isScratch || hasSubscriptions(from.catalog)) return Promise.resolve(undefined);
  return onCopy(trial, async (db, read) =>
    (await leadsThere(db, plan, wanted, read, withoutEmptying, wishes.isConcurrent)) ? plan : undefined,
  );
}

/** Reads the copy before anything is run there, and plans again what a plan leaves. */
function tryWithCare(trial: Trial): Promise<Outcome | undefined> {
  const { from, wanted, plan, wishes } = trial;
  return onCopy(trial, async (db, read) => {
    const start = from.isScratch ? from.catalog : await read();
    const proof = await provePlan(db, start, wanted, read, withoutEmptying, wishes.isConcurrent);
    return from.isScratch || compareCatalogs(start, from.catalog).length === 0 ? proof.plan : plan;
  });
}

/** `run` gives the plan that leads there. Undefined where there is none; a side that cannot be copied leaves the plan unproven. */
async function onCopy(
  { from, wanted, plan, dump, yard, ports, wishes }: Trial,
  run: (db: Db, read: () => Promise<Catalog>) => Promise<DiffPlan | undefined>,
): Promise<Outcome | undefined> {
  await using copy = await copyOf(from, yard, ports);
  if (copy === undefined) return { plan, provenIn: undefined, dumps: undefined };
  await using db = await ports.open(copy.target);
  const proven = await run(db, () => readSide(db, { without: wishes.without, like: wanted }));
  if (proven === undefined) return undefined;
  return { plan: proven, provenIn: copy.where, dumps: await judge(copy.target, dump, wishes) };
}

/** A dump that was asked for and may be under way; what went wrong is thrown where it is waited for. */
type Asked = () => Promise<DumpLines | undefined>;

function askDump(target: OpenSide["target"], { pgDump, without }: PairWishes): Asked {
  if (pgDump === undefined) return () => Promise.resolve(undefined);
  const excluded = without.map(({ schema, table }) => `"${schema}"."${table}"`);
  const asked = Promise.allSettled([readDumpLines(pgDump, target, excluded)]);
  return async () => {
    const [result] = await asked;
    if (result.status === "rejected") throw result.reason;
    return result.value;
  };
}

/** The second judge; undefined where there is none. */
async function judge(
  target: OpenSide["target"],
  wanted: Asked,
  wishes: PairWishes,
): Promise<DumpVerdict | undefined> {
  const [lines, others] = await Promise.all([askDump(target, wishes)(), wanted()]);
  return lines === undefined || others === undefined ? undefined : compareDumpLines(lines, others);
}

interface Copy extends AsyncDisposable {
  readonly target: OpenSide["target"];
  readonly where: string;
}

/** A scratch side is its own copy; of a database the schema is written and loaded. */
async function copyOf(from: OpenSide, yard: ScratchYard, ports: Ports): Promise<Copy | undefined> {
  if (from.isScratch) {
    return {
      target: from.target,
      where: "its scratch database",
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const { database, where } = await yard.make();
  try {
    await using db = await ports.open(database.target);
    await db.send(dumpSchema(withoutSubscriptions(from.catalog)));
  } catch (error) {
    await database[Symbol.asyncDispose]();
    ports.warn(`The schema could not be copied to try the SQL: ${messageOf(error)}. The SQL is not proven.`);
    return undefined;
  }
  return { target: database.target, where, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

function hasSubscriptions({ objects }: Catalog): boolean {
  return [...objects.values()].some(({ kind }) => kind === "subscription");
}

/** One that is made keeps its database from going. */
function withoutSubscriptions(catalog: Catalog): Catalog {
  return {
    ...catalog,
    objects: new Map([...catalog.objects].filter(([, { kind }]) => kind !== "subscription")),
  };
}

/** What is filled stays filled: that is no schema. */
function withoutEmptying(from: Catalog, to: Catalog): Catalog {
  const emptied = [...to.objects.values()].filter(
    ({ id, facts }) =>
      facts["unpopulated"] !== undefined &&
      from.objects.has(id) &&
      from.objects.get(id)?.facts["unpopulated"] === undefined,
  );
  return adopt(
    from,
    to,
    emptied.map(({ id }) => ({ id, action: "alter", properties: ["unpopulated"] })),
  );
}
