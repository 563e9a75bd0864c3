/** The SQL of what a plan says. Pure. */
import { boundSql, isoOf } from "./bounds.ts";
import { calendarOf } from "./calendar.ts";
import { fitName } from "../sql/fit-name.ts";
import { carryIndexTraits } from "./index-traits.ts";
import { carryTraits, createLike, quoteName } from "./like.ts";
import type { MaintenancePlan, NewPartition, Partition, PartitionedTable, Relation, Step } from "./model.ts";
import { quoteLiteral } from "../sql/quote.ts";
import type { Traits } from "./read-traits.ts";

/** A step with what it takes to run it. */
export interface WorkStep extends Step {
  readonly kind: "create" | "default" | "detach" | "finalize" | "drain";
  /** The partition that comes or goes. */
  readonly partition: string;
  readonly statements: readonly string[];
  /** Takes no lock that anybody who reads or writes waits for: many of them may go in one transaction. */
  readonly isQuiet: boolean;
}

/** Statements as one text, each ended. */
export function joinSql(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join("\n");
}

/** Built beside its table, then attached: holds up no reader and no writer. */
export function createStep(plan: MaintenancePlan, made: NewPartition, traits: Traits): WorkStep {
  const { table } = plan;
  const relation = { schema: table.schema, name: made.name };
  const statements = [
    createLike(relation, traits),
    ...carryTraits(relation, traits),
    `ALTER TABLE ${quoteName(table)} ATTACH PARTITION ${quoteName(relation)} FOR VALUES ${boundSql(made.range, table.keyType)}`,
    ...replicaIndexSql(relation, traits),
    ...carryIndexTraits(relation, traits),
  ];
  return {
    kind: "create",
    partition: made.name,
    statements,
    isQuiet: traits.references.length === 0 && table.defaultPartition === undefined,
    sql: joinSql(["BEGIN", ...statements, "COMMIT"]),
    lock: attachLock(table, traits),
    why: `rows from ${isoOf(made.range.from, table.keyType) ?? "MINVALUE"} to ${isoOf(made.range.to, table.keyType) ?? "MAXVALUE"} have no partition`,
  };
}

function attachLock(table: PartitionedTable, traits: Traits): string {
  const locks = [
    `SHARE UPDATE EXCLUSIVE on ${table.schema}.${table.name}`,
    ...traits.references.map((name) => `SHARE ROW EXCLUSIVE on ${name}`),
    ...(table.defaultPartition === undefined
      ? []
      : [`ACCESS EXCLUSIVE on ${table.defaultPartition.schema}.${table.defaultPartition.name}`]),
  ];
  return locks.join(", ");
}

/** The replica identity of an index is that of the partition's own index below it. */
function replicaIndexSql(relation: Relation, { replicaIdentity, replicaIndex }: Traits): string[] {
  if (replicaIdentity !== "i" || replicaIndex === null) return [];
  const table = quoteLiteral(quoteName(relation));
  return [
    [
      "DO $veza$BEGIN EXECUTE (SELECT pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I',",
      `${table}, c.relname) FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid`,
      `JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid WHERE i.inhparent = ${replicaIndex}`,
      `AND x.indrelid = ${table}::pg_catalog.regclass); END$veza$`,
    ].join(" "),
  ];
}

/** A default partition, for a policy that asks for one. */
export function defaultStep({ table }: MaintenancePlan, name: string, traits: Traits): WorkStep {
  const relation = { schema: table.schema, name };
  const statements = [
    createLike(relation, traits),
    ...carryTraits(relation, traits),
    `ALTER TABLE ${quoteName(table)} ATTACH PARTITION ${quoteName(relation)} DEFAULT`,
    ...replicaIndexSql(relation, traits),
    ...carryIndexTraits(relation, traits),
  ];
  return {
    kind: "default",
    partition: name,
    statements,
    isQuiet: false,
    sql: joinSql(["BEGIN", ...statements, "COMMIT"]),
    lock: attachLock(table, traits),
    why: "the policy asks for a default partition",
  };
}

/** Goes from its table without holding anybody up; where a default partition exists PostgreSQL allows only the plain way. */
export function detachStep({ table, policy }: MaintenancePlan, partition: Partition): WorkStep {
  const isPlain = table.defaultPartition !== undefined;
  const sql = `ALTER TABLE ${quoteName(table)} DETACH PARTITION ${quoteName(partition)}${isPlain ? "" : " CONCURRENTLY"}`;
  const shown = `${table.schema}.${table.name}`;
  const { retain } = policy;
  const kept = retain === undefined ? "" : `${retain.count} ${retain.unit}${retain.count === 1 ? "" : "s"}`;
  const end = isoOf(partition.range.to, table.keyType) ?? "MAXVALUE";
  return {
    kind: "detach",
    partition: partition.name,
    statements: [sql],
    isQuiet: false,
    sql: `${sql};`,
    lock: isPlain
      ? `ACCESS EXCLUSIVE on ${shown} and its default partition`
      : `SHARE UPDATE EXCLUSIVE on ${shown}`,
    why: `it ended at ${end}, more than ${kept} ago`,
  };
}

export function finalizeStep({ table }: MaintenancePlan, partition: Partition): WorkStep {
  const sql = `ALTER TABLE ${quoteName(table)} DETACH PARTITION ${quoteName(partition)} FINALIZE`;
  return {
    kind: "finalize",
    partition: partition.name,
    statements: [sql],
    isQuiet: false,
    sql: `${sql};`,
    lock: `SHARE UPDATE EXCLUSIVE on ${table.schema}.${table.name}, ACCESS EXCLUSIVE on ${partition.schema}.${partition.name}`,
    why: "its detaching was begun and not finished; until then nothing else can be detached",
  };
}

/** The rows of the default partition are copied to new partitions, kept equal meanwhile, and exchanged in one transaction. */
export function drainStep({ table, drain }: MaintenancePlan): WorkStep {
  const source = `${table.schema}.${table.defaultPartition?.name ?? ""}`;
  const sql = drain.map(
    ({ name, range }) =>
      `-- rows of ${source} to ${quoteName({ schema: table.schema, name })} FOR VALUES ${boundSql(range, table.keyType)}`,
  );
  return {
    kind: "drain",
    partition: table.defaultPartition?.name ?? "",
    statements: [],
    isQuiet: false,
    sql: sql.join("\n"),
    lock: `SHARE ROW EXCLUSIVE on ${source}, then ACCESS EXCLUSIVE on ${table.schema}.${table.name} and ${source} for the exchange`,
    why: `rows lie in the default partition that belong to ${drain.length === 1 ? "another" : `${drain.length} others`}`,
  };
}

/** Where a default partition gets its name. */
export function defaultName(table: PartitionedTable, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = fitName(table.name, number === 1 ? "_default" : `_default_${number}`);
    if (!taken.has(name)) return name;
  }
}

/** A period, for the calendar of a plan. */
export function calendarFor({
  policy,
  table,
}: Pick<MaintenancePlan, "policy" | "table">): ReturnType<typeof calendarOf> {
  return calendarOf(policy.interval, policy.timezone, table.keyType);
}
