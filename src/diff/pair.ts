/** Two sides compared: what differs, the SQL between them, and the proof that it leads there. */
import { compareCatalogs } from "../catalog/compare.ts";
import type { Change } from "../catalog/compare.ts";
import type { Catalog } from "../catalog/model.ts";
import type { TableName } from "../catalog/read.ts";
import type { Ports } from "../drift/desired.ts";
import { messageOf } from "../kernel/error.ts";
import { dumpSchema } from "../schema/dump.ts";
import { adopt } from "./adopt.ts";
import { withoutState } from "./describe.ts";
import { compareDumps } from "./judge-dump.ts";
import type { DumpVerdict } from "./judge-dump.ts";
import type { DiffPlan } from "./model.ts";
import { readSide } from "./open-side.ts";
import type { OpenSide } from "./open-side.ts";
import { planDiff } from "./plan.ts";
import { provePlan } from "./prove.ts";
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
  { without, isProven, isConcurrent, pgDump }: PairWishes,
): Promise<Pair> {
  const wanted = withoutEmptying(from.catalog, to.catalog);
  const changes = withoutState(compareCatalogs(from.catalog, wanted));
  const excluded = without.map(({ schema, table }) => `"${schema}"."${table}"`);
  const judge = (one: OpenSide["target"]): Promise<DumpVerdict | undefined> =>
    pgDump === undefined ? Promise.resolve(undefined) : compareDumps(pgDump, one, to.target, excluded);
  if (changes.length === 0) {
    const plan: DiffPlan = { statements: [], obstacles: [], notes: [] };
    return { changes, plan, provenIn: undefined, dumps: isProven ? await judge(from.target) : undefined };
  }
  const plan = planDiff(from.catalog, wanted);
  if (plan.obstacles.length > 0 || !isProven) return { changes, plan, provenIn: undefined, dumps: undefined };
  await using copy = await copyOf(from, yard, ports);
  if (copy === undefined) return { changes, plan, provenIn: undefined, dumps: undefined };
  await using db = await ports.open(copy.target);
  const read = (): Promise<Catalog> => readSide(db, without);
  const start = from.isScratch ? from.catalog : await read();
  const proof = await provePlan(db, start, wanted, read, withoutEmptying, isConcurrent);
  return {
    changes,
    plan: from.isScratch || compareCatalogs(start, from.catalog).length === 0 ? proof.plan : plan,
    provenIn: copy.where,
    dumps: await judge(copy.target),
  };
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
