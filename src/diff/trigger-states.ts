/** Whether a trigger of a partitioned table fires goes down to its partitions, but for those with a state of their own. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { ownName } from "../schema/render/reference.ts";
import { states } from "../schema/render/relation.ts";
import { dependantsOf } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import type { Piece, Statement } from "./model.ts";
import { say } from "./say.ts";

export interface TriggerTree {
  /** The trigger of the table at the top, as it is to be. */
  readonly root: CatalogObject;
  /** The trigger itself and those of its partitions, by id, that have something to do with it on either side. */
  readonly ids: readonly string[];
  /** From the top down. Each goes down to all partitions, so that what differs below it is said again. */
  readonly statements: readonly Statement[];
}

/** The trees in which some trigger's state changes. */
export function planTriggerTrees(pieces: Pieces, to: Catalog): TriggerTree[] {
  const told = [...pieces.values()].filter(({ before, after }) => isOfPartition(after ?? before));
  const roots = [...pieces.values()].filter(
    ({ before, after }) =>
      before !== undefined &&
      after?.kind === "trigger" &&
      !isOfPartition(after) &&
      to.objects.get(after.of ?? "")?.facts["partition key"] !== undefined,
  );
  if (roots.length === 0) return [];
  const below = partitionsBelow(to);
  return roots.flatMap((root) => planTree(root, told, below));
}

function isOfPartition(object: CatalogObject | undefined): boolean {
  return object?.kind === "trigger" && object.facts["inherited"] !== undefined;
}

function planTree(
  piece: Piece,
  told: readonly Piece[],
  below: ReadonlyMap<string, readonly string[]>,
): TriggerTree[] {
  const root = piece.after;
  if (root?.of === undefined) return [];
  const tables = listTables(root.of, below);
  const name = root.path.at(-1);
  const mine = new Map(
    told
      .filter(({ before, after }) => (after ?? before)?.path.at(-1) === name)
      .flatMap((one) => {
        const table = (one.after ?? one.before)?.of ?? "";
        return tables.includes(table) ? [[table, one] as const] : [];
      }),
  );
  const changed = [piece, ...mine.values()].filter((one) => isStateChanged(one));
  if (changed.length === 0) return [];
  const statements: Statement[] = [];
  const sayState = (table: string, state: string): void => {
    const on = table.slice(table.indexOf(" ") + 1);
    statements.push(say(`ALTER TABLE ${on} ${states[state] ?? "ENABLE"} TRIGGER ${ownName(root)}`));
  };
  const walk = (table: string, above: string, isSaidAbove: boolean): void => {
    const part = table === root.of ? piece : mine.get(table);
    const state = part?.after === undefined ? above : (part.after.facts["enabled"] ?? "origin");
    const isSaid = part !== undefined && (isStateChanged(part) || (isSaidAbove && part.after !== undefined));
    if (isSaid) sayState(table, state);
    for (const partition of below.get(table) ?? []) walk(partition, state, isSaidAbove || isSaid);
  };
  walk(root.of, "origin", false);
  return [{ root, ids: [piece.id, ...[...mine.values()].map(({ id }) => id)], statements }];
}

function isStateChanged({ fate, changed }: Piece): boolean {
  return fate === "alter" ? changed.has("enabled") || changed.has("definition") : fate !== "same";
}

function listTables(top: string, below: ReadonlyMap<string, readonly string[]>): string[] {
  return [top, ...(below.get(top) ?? []).flatMap((table) => listTables(table, below))];
}

function partitionsBelow(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, ReadonlySet<string>>();
  for (const { id, facts } of catalog.objects.values())
    if (facts["partition of"] !== undefined) parents.set(id, new Set([`table ${facts["partition of"]}`]));
  return dependantsOf(parents);
}
