/** Empties a default partition into its true ones, by the way of a conversion: rows are never invisible. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { emptySearchPath } from "../look.ts";
import { fitName } from "../../sql/fit-name.ts";
import type { MaintenancePlan, Relation } from "../model.ts";
import { readTakenNames, readTraits } from "../read-traits.ts";
import { failuresTable } from "../own-tables.ts";
import type { Work } from "../work.ts";
import type { Conversion, Parts, Spec } from "./model.ts";
import { movedName, stagingName, straysName } from "./names.ts";
import { readObstacles, readParts } from "./read-table.ts";
import type { Obstacle } from "./read-table.ts";
import { readShape } from "./shape.ts";
import { runConversion } from "./run.ts";
import { beginConversion, readConversion, setPaused } from "./state.ts";

/** A drain that a run has left in the middle; undefined where there is none. */
export async function readDrain(
  db: Db,
  ownSchema: string,
  table: { schema: string; name: string },
): Promise<Conversion | undefined> {
  const conversion = await readConversion(db, ownSchema, table);
  return conversion?.kind === "drain" && conversion.outcome === null ? conversion : undefined;
}

/** Moves the rows of the default partition to the partitions of the plan; goes on with a drain that was left. */
export async function drainDefault(db: Db, plan: MaintenancePlan, work: Work): Promise<void> {
  const { table } = plan;
  const left = await readDrain(db, work.ownSchema, table);
  try {
    if (left === undefined)
      await beginConversion(db, work.ownSchema, await specOf(db, plan, work.ownSchema), "staging");
    else await setPaused(db, work.ownSchema, left, false);
    await runConversion(db, table, work);
  } finally {
    if (db.isAlive) await db.send("RESET search_path");
  }
}

function noKey({ schema, name }: { schema: string; name: string }, why?: string): VezaError {
  return new VezaError({
    code: "partition.no-key",
    ending: "refused",
    message: `${schema}.${name} has rows in its default partition and no primary key, by which they could be followed while they are moved.`,
    detail: why,
    hint: "Give it a primary key that holds the partition column; then: veza-db partition maintain",
    state: "Nothing was moved.",
  });
}

function mayNotLock({ schema, name }: Relation, obstacles: readonly Obstacle[]): VezaError {
  return new VezaError({
    code: "partition.not-allowed",
    ending: "environment",
    message: `${schema}.${name} has rows in its default partition, and the role may not do all that moving them takes.`,
    detail: obstacles.map(({ why }) => why).join("\n"),
    hint: "Grant that, then: veza-db partition maintain",
    state: "Nothing was moved.",
  });
}

async function specOf(db: Db, { policy, table, drain }: MaintenancePlan, ownSchema: string): Promise<Spec> {
  const source = table.defaultPartition;
  if (source === undefined) throw new Error("there is no default partition to empty");
  await emptySearchPath(db);
  const shape = await readShape(db, table);
  const parts = await readParts(db, table.oid);
  const found: Parts["primaryKey"] | null = parts.primaryKey;
  if (found === null) throw noKey(table);
  const obstacles = await readObstacles(db, table.oid, policy.column);
  const unfit = obstacles.find(({ what }) => what === "primary key");
  if (unfit !== undefined) throw noKey(table, unfit.why);
  const unlocked = obstacles.filter(({ what }) => what === "reference");
  if (unlocked.length > 0) throw mayNotLock(table, unlocked);
  const traits = await readTraits(db, table.oid, source.oid);
  const taken = await readTakenNames(db, table.schema);
  const free = (name: string): string => {
    for (let number = 1; ; number++) {
      const other = number === 1 ? name : fitName(name, `_${number}`);
      if (!taken.has(other)) return other;
    }
  };
  return {
    kind: "drain",
    failures: failuresTable(ownSchema),
    schema: table.schema,
    name: table.name,
    column: policy.column,
    keyType: table.keyType,
    interval: policy.interval,
    timezone: policy.timezone,
    selfFk: null,
    parts,
    traits,
    key: parts.primaryKey.columns,
    source: source.name,
    staging: free(stagingName(table.name)),
    strays: free(straysName(table.name)),
    moved: free(movedName(source.name)),
    slices: drain,
    shape,
    leaves: [{ schema: source.schema, name: source.name }],
  };
}
