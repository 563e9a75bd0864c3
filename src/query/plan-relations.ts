/** What a plan says of the relations that it reads: which of them an outer join may fill up with NULLs. */

/** A node of EXPLAIN (VERBOSE, FORMAT JSON), as it comes. */
export type PlanNode = Readonly<Record<string, unknown>>;

export interface PlanRelation {
  readonly schema: string;
  readonly name: string;
  /** True where some scan of it stands on the side of an outer join that may have no row. */
  readonly isNullable: boolean;
}

export interface PlanRelations {
  readonly relations: readonly PlanRelation[];
  /** GROUPING SETS, ROLLUP and CUBE make NULLs of columns that hold none. */
  readonly hasGroupingSets: boolean;
}

/** Reads a plan. Subqueries in expressions are left out: their columns are not the query's. */
export function relationsOf(root: PlanNode): PlanRelations {
  const relations = new Map<string, PlanRelation>();
  const ctes = new Map<string, PlanNode>();
  const referred = new Map<string, boolean>();
  let hasGroupingSets = false;
  const visit = (node: PlanNode, isNullable: boolean): void => {
    hasGroupingSets ||= "Grouping Sets" in node;
    const name = textOf(node, "Relation Name");
    if (name !== undefined) {
      const schema = textOf(node, "Schema") ?? "";
      const key = `${schema}.${name}`;
      relations.set(key, { schema, name, isNullable: isNullable || relations.get(key)?.isNullable === true });
    }
    const cte = textOf(node, "CTE Name");
    if (cte !== undefined) referred.set(cte, isNullable || referred.get(cte) === true);
    const join = textOf(node, "Join Type") ?? "";
    for (const child of childrenOf(node)) {
      const place = textOf(child, "Parent Relationship");
      const subplan = textOf(child, "Subplan Name");
      if (subplan?.startsWith("CTE ") === true) ctes.set(subplan.slice("CTE ".length), child);
      else if (place === "InitPlan" || place === "SubPlan") continue;
      else visit(child, isNullable || mayBeMissing(join, place));
    }
  };
  visit(root, false);
  // What a CTE reads is as its readers take it. A CTE may hold others, so this goes on until nothing new is found.
  const visited = new Map<string, boolean>();
  for (let isDone = false; !isDone;) {
    isDone = true;
    for (const [name, isNullable] of [...referred]) {
      const node = ctes.get(name);
      if (node === undefined || visited.get(name) === isNullable) continue;
      visited.set(name, isNullable);
      visit(node, isNullable);
      isDone = false;
    }
  }
  return { relations: [...relations.values()], hasGroupingSets };
}

function mayBeMissing(join: string, place: string | undefined): boolean {
  if (join === "Full") return true;
  return (join === "Left" && place === "Inner") || (join === "Right" && place === "Outer");
}

function childrenOf(node: PlanNode): PlanNode[] {
  const plans = node["Plans"];
  return Array.isArray(plans) ? plans.filter(isNode) : [];
}

export function isNode(value: unknown): value is PlanNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(node: PlanNode, key: string): string | undefined {
  const value = node[key];
  return typeof value === "string" ? value : undefined;
}
