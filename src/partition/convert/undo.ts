/** One plain table of a partitioned one again, online: its rows are copied while triggers keep the copy equal. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { emptySearchPath } from "../look.ts";
import { carryTraits, createLike, quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import { fitDistinct, fitName } from "../../sql/fit-name.ts";
import { readTakenNames, readTraits } from "../read-traits.ts";
import { failuresTable } from "../own-tables.ts";
import { requireOwner } from "../work.ts";
import {
  commentSql,
  dropKeys,
  identitySql,
  namedIndexes,
  placed,
  primaryKeySql,
  publicationSql,
  rename,
  sequenceSql,
  triggerSql,
  viewSql,
} from "./exchange-sql.ts";
import type { Parts, Spec } from "./model.ts";
import { backFunction, backTrigger, forwardSync, tableOf } from "./names.ts";
import { step } from "./plan.ts";
import type { ConvertStep } from "./plan.ts";
import { findTable, readObstacles, readParts } from "./read-table.ts";
import { readShape } from "./shape.ts";
import { keysSql, startSyncSql, validateSql } from "./steps-sql.ts";
import { dropSync } from "./sync-sql.ts";

const plainName = (name: string): string => fitName(name, "_veza_plain");
const partitionedName = (name: string): string => fitName(name, "_partitioned");
/** What an index of the plain table is called until the partitioned one's gives up its name. */
const plainIndex = (name: string): string => fitDistinct(name, "_veza_plain");
const partitionedIndex = (name: string): string => fitDistinct(name, "_partitioned");

/** Obstacles of a conversion that are obstacles here too. */
const alsoHere = new Set([
  "foreign key",
  "reference",
  "view",
  "function",
  "row type",
  "policy",
  "rule",
  "primary key",
  "self-reference",
]);

export async function prepareUndo(
  db: Db,
  schema: string | undefined,
  name: string,
  ownSchema: string,
): Promise<Spec> {
  const found = await findTable(db, schema, name);
  requireOwner(db, found);
  try {
    await emptySearchPath(db);
    const shown = `${found.schema}.${found.name}`;
    if (found.kind !== "p") throw cannotUndo(shown, ["it is not partitioned"]);
    const [first] = await db.query<{ column: string | null; leaves: Relation[]; model: number | null }>(
      loadSql(import.meta.url, "./sql/read-leaves.sql"),
      [found.oid],
    );
    const obstacles = (await readObstacles(db, found.oid, first?.column ?? "")).filter(({ what }) =>
      alsoHere.has(what),
    );
    if (obstacles.length > 0)
      throw cannotUndo(
        shown,
        obstacles.map(({ why }) => why),
      );
    const shape = await readShape(db, found);
    const parts: Parts = await readParts(db, found.oid);
    const traits = await readTraits(db, found.oid, first?.model ?? undefined);
    const taken = await readTakenNames(db, found.schema);
    const inTheWay = [plainName(found.name), partitionedName(found.name)].filter((word) => taken.has(word));
    if (inTheWay.length > 0)
      throw cannotUndo(shown, [`the name ${inTheWay.join(", ")} is taken, which this needs`]);
    return {
      kind: "undo",
      schema: found.schema,
      name: found.name,
      column: first?.column ?? parts.primaryKey.columns[0] ?? "",
      keyType: "timestamptz",
      interval: "month",
      timezone: "UTC",
      selfFk: null,
      parts,
      traits,
      key: parts.primaryKey.columns,
      source: found.name,
      staging: plainName(found.name),
      strays: "",
      moved: partitionedName(found.name),
      slices: [],
      shape,
      failures: failuresTable(ownSchema),
      leaves: first?.leaves ?? [],
    };
  } catch (error) {
    throw queryFailure(error, `looking at ${found.schema}.${found.name}`);
  }
}

/** The plain table, empty, with its indexes under names of their own. */
export function plainSql(spec: Spec): string[] {
  const plain = { schema: spec.schema, name: spec.staging };
  const table = quoteName(plain);
  const { parts, traits } = spec;
  const clustered = traits.clusteredIndex ?? undefined;
  return [
    createLike(plain, traits, [], "INCLUDING STATISTICS"),
    ...placed(
      parts.primaryKey,
      `ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(plainIndex(parts.primaryKey.name))} ${primaryKeySql(spec)}`,
    ),
    ...namedIndexes(parts, plain, plainIndex),
    // As its newest partition.
    ...(clustered === undefined
      ? []
      : [`ALTER TABLE ${table} CLUSTER ON ${quoteIdentifier(plainIndex(clustered))}`]),
    ...(traits.isOthers ? [`ALTER TABLE ${table} OWNER TO ${quoteIdentifier(traits.owner)}`] : []),
  ];
}

/** The plain table takes the place of the partitioned one, which stays under another name. */
export function undoSwapSql(spec: Spec): string[] {
  const table = tableOf(spec);
  const old = { schema: spec.schema, name: spec.moved };
  const { parts, traits } = spec;
  const indexes = [
    parts.primaryKey.name,
    ...parts.uniques.map(({ name }) => name),
    ...parts.indexes.map(({ name }) => name),
  ];
  return [
    ...dropSync(forwardSync(spec)),
    // A conversion may have left its way back.
    ...dropSync({ source: table, functionName: backFunction(spec.name), triggerName: backTrigger }),
    ...dropKeys(spec, table),
    rename(table, spec.moved),
    rename({ schema: spec.schema, name: spec.staging }, table.name),
    ...indexes.flatMap((name) => [
      rename({ schema: spec.schema, name }, partitionedIndex(name), "INDEX"),
      rename({ schema: spec.schema, name: plainIndex(name) }, name, "INDEX"),
    ]),
    ...identitySql(spec, old, table),
    ...carryTraits(table, {
      ...traits,
      isOthers: false,
      replicaIdentity: traits.replicaIdentity === "i" ? "d" : traits.replicaIdentity,
    }),
    ...triggerSql(spec),
    ...sequenceSql(spec, table),
    ...viewSql(spec),
    ...publicationSql(spec, old, table),
    ...commentSql(spec, table),
  ];
}

export function planUndo(spec: Spec): ConvertStep[] {
  const table = `${spec.schema}.${spec.name}`;
  const abort = `veza-db partition undo ${spec.name} --abort`;
  const rows = Math.max(0, spec.parts.rows);
  const refs = spec.parts.foreignKeys.map((key) => `SHARE ROW EXCLUSIVE on ${key.schema}.${key.table}`);
  return [
    step(
      "staging",
      "a plain table, empty, with the indexes",
      "none that anybody waits for",
      plainSql(spec),
      20,
      abort,
    ),
    step(
      "sync",
      "from here on every change is written to it too",
      `SHARE ROW EXCLUSIVE on ${table} and its partitions`,
      startSyncSql(spec),
      20,
      abort,
    ),
    step(
      "copy",
      `rows of ${spec.leaves.length} partitions are copied in batches of blocks`,
      "row locks",
      [
        `INSERT INTO ${quoteName({ schema: spec.schema, name: spec.staging })} SELECT … FROM ONLY each partition … FOR SHARE ON CONFLICT DO NOTHING`,
      ],
      rows / 40,
      abort,
    ),
    ...(refs.length === 0
      ? []
      : [
          step(
            "keys",
            "its foreign keys are checked",
            refs.join(", "),
            [...keysSql(spec, [spec.staging]), ...validateSql(spec, [spec.staging])],
            rows / 1000,
            abort,
          ),
        ]),
    step(
      "verify",
      "both sides are compared in one snapshot: rows and hashes",
      "none",
      ["SELECT count(*), sum(hash) FROM both"],
      rows / 250,
      abort,
    ),
    step(
      "swap",
      `it takes the place of ${table}, which stays as ${spec.schema}.${spec.moved}`,
      `ACCESS EXCLUSIVE on ${table} and its partitions`,
      ["BEGIN", ...undoSwapSql(spec), "COMMIT"],
      50,
      "rolled back whole when it fails",
    ),
    step(
      "finish",
      "statistics of the whole",
      `SHARE UPDATE EXCLUSIVE on ${table}`,
      [`ANALYZE ${quoteName(tableOf(spec))}`],
      1000,
      "nothing to undo",
    ),
  ];
}

function cannotUndo(table: string, why: readonly string[]): VezaError {
  return new VezaError({
    code: "partition.cannot-undo",
    ending: "refused",
    message: `${table} cannot be made one plain table as it is.`,
    detail: why.join("\n"),
    hint: "Mend that, then: veza-db partition undo --dry-run",
    state: "Nothing was changed.",
    facts: { obstacles: why },
  });
}
