/** What a conversion begins with: what stands in its way, and all that it will need to know. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { emptySearchPath } from "../look.ts";
import type { Instant, Interval } from "../model.ts";
import { readTakenNames, readTraits } from "../read-traits.ts";
import { failuresTable } from "../own-tables.ts";
import { requireOwner } from "../work.ts";
import type { Spec } from "./model.ts";
import { goneName, keyIndexName, legacyName, stagingName, straysName } from "./names.ts";
import { planSlices } from "./plan.ts";
import { findTable, readExtent, readObstacles, readParts } from "./read-table.ts";
import type { Obstacle } from "./read-table.ts";
import { readShape } from "./shape.ts";

export interface ConvertWishes {
  readonly schema: string | undefined;
  readonly name: string;
  readonly column: string;
  readonly interval: Interval;
  readonly timezone: string;
  readonly premake: number;
  readonly selfFk: "trigger" | "drop" | undefined;
  readonly now: Instant;
  /** The schema of the tool's own tables. */
  readonly ownSchema: string;
}

/** Throws `partition.cannot-convert` (refused) with everything that stands in the way. */
export async function prepareConversion(db: Db, wishes: ConvertWishes): Promise<Spec> {
  const { column } = wishes;
  const found = await findTable(db, wishes.schema, wishes.name);
  requireOwner(db, found);
  try {
    await emptySearchPath(db);
    const obstacles = await readObstacles(db, found.oid, column);
    if (obstacles.length > 0) throw cannotConvert(found, obstacles);
    // First of all: what changes after it, while somebody reads the plan too, is noticed later.
    const shape = await readShape(db, found);
    const parts = await readParts(db, found.oid);
    const traits = await readTraits(db, found.oid);
    const { keyType, first, last } = await readExtent(db, found.oid, found, column);
    if (parts.selfKeys.length > 0 && wishes.selfFk === undefined)
      throw selfReference(found, parts.selfKeys[0]?.name ?? "");
    const infinite = [first, last].some((instant) => instant !== undefined && !Number.isFinite(instant));
    if (infinite)
      throw cannotConvert(found, [
        { what: "column", why: `rows have an infinite ${column}, which lies in no period` },
      ]);
    const taken = await readTakenNames(db, found.schema);
    const wanted = [legacyName, stagingName, straysName, goneName, keyIndexName].map((name) =>
      name(found.name),
    );
    const inTheWay = wanted.filter((name) => taken.has(name));
    if (inTheWay.length > 0)
      throw cannotConvert(found, [
        { what: "name", why: `the name ${inTheWay.join(", ")} is taken, which the conversion needs` },
      ]);
    const slices = planSlices({ ...wishes, table: found.name, keyType, first, last, taken });
    if (slices === undefined)
      throw cannotConvert(found, [
        {
          what: "column",
          why: `from the first ${column} to the last there are more than 3000 periods (${wishes.interval})`,
        },
      ]);
    return {
      kind: "convert",
      schema: found.schema,
      name: found.name,
      column,
      keyType,
      interval: wishes.interval,
      timezone: wishes.timezone,
      selfFk: parts.selfKeys.length === 0 ? null : (wishes.selfFk ?? null),
      parts,
      traits,
      key: parts.primaryKey.columns.includes(column)
        ? parts.primaryKey.columns
        : [...parts.primaryKey.columns, column],
      source: legacyName(found.name),
      staging: stagingName(found.name),
      strays: straysName(found.name),
      moved: legacyName(found.name),
      slices,
      shape,
      failures: failuresTable(wishes.ownSchema),
      leaves: [{ schema: found.schema, name: legacyName(found.name) }],
    };
  } catch (error) {
    throw queryFailure(error, `looking at ${found.schema}.${found.name}`);
  }
}

function cannotConvert(
  { schema, name }: { schema: string; name: string },
  obstacles: readonly Obstacle[],
): VezaError {
  return new VezaError({
    code: "partition.cannot-convert",
    ending: "refused",
    message: `${schema}.${name} cannot be turned into partitions as it is.`,
    detail: obstacles.map(({ why }) => why).join("\n"),
    hint: "Mend that, then: veza-db partition convert --dry-run; docs/partitions.md says what comes along",
    state: "Nothing was changed.",
    facts: { obstacles },
  });
}

function selfReference({ schema, name }: { schema: string; name: string }, key: string): VezaError {
  return new VezaError({
    code: "partition.self-reference",
    ending: "refused",
    message: `${schema}.${name} refers to itself (${key}), and what it refers to is no longer unique by itself in a partitioned table.`,
    detail: [
      "--self-fk trigger: triggers check what is written and act when a row goes; they look into every partition, and detaching passes them by",
      "--self-fk drop: nothing is checked any more; cheapest",
    ].join("\n"),
    hint: `veza-db partition convert ${name} --self-fk trigger --dry-run`,
    state: "Nothing was changed.",
  });
}
