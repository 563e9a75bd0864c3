import { compareCatalogs } from "../catalog/compare.ts";
import type { Catalog } from "../catalog/model.ts";
import { adopt } from "./adopt.ts";
import type { Kept } from "./adopt.ts";
import type { Hazard } from "./model.ts";
import { planDiff } from "./plan.ts";
import { hazardsOf, planText } from "./text.ts";

/** A difference that is to be mended, as comparisons tell it. */
export interface Wanted {
  readonly id: string;
  readonly properties: readonly { readonly property: string }[];
}

export interface Mending {
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  /** What the SQL does not mend, a sentence each. */
  readonly left: readonly string[];
}

/** The SQL that mends the wanted differences and leaves every other as it is; what stands in the way of one leaves that one. Pure. */
export function planMending(from: Catalog, to: Catalog, wanted: readonly Wanted[]): Mending {
  if (wanted.length === 0) return { sql: "", hazards: [], left: [] };
  const names = new Map(
    wanted.map(({ id, properties }) => [id, new Set(properties.map(({ property }) => property))]),
  );
  const kept: Kept[] = compareCatalogs(from, to).flatMap(({ id, action, properties }) => {
    const mended = names.get(id);
    if (mended === undefined) return [{ id, action, properties: properties.map(({ property }) => property) }];
    const rest = properties.map(({ property }) => property).filter((property) => !mended.has(property));
    return rest.length === 0 ? [] : [{ id, action, properties: rest }];
  });
  const left: string[] = [];
  for (;;) {
    const plan = planDiff(from, adopt(from, to, kept));
    const fresh = plan.obstacles.filter(
      ({ id }) => !kept.some((one) => one.id === id && one.properties.length === 0),
    );
    if (plan.obstacles.length === 0)
      return { sql: planText(plan), hazards: hazardsOf(plan.statements), left: [...left, ...plan.notes] };
    for (const { id, kind, name, why } of plan.obstacles) {
      left.push(`No SQL mends ${kind} ${name}: ${why}.`);
      kept.push({ id, action: "alter", properties: [] });
    }
    if (fresh.length === 0) return { sql: "", hazards: [], left };
  }
}
