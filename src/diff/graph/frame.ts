/** What the steps of a plan are put together in: both sides, what becomes of each object, and the steps so far. */
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import type { Surroundings } from "../../schema/render/model.ts";
import { homeOf, partsOf } from "../../schema/steps.ts";
import type { Step } from "../../schema/steps.ts";
import type { Statement } from "../model.ts";
import { dependantsOf, isMade } from "../pieces.ts";
import type { Pieces } from "../pieces.ts";
import { planRemoval } from "../removal.ts";
import type { Removal } from "../removal.ts";

/** A step of the plan. What is made has its statements as the schema's own steps write them. */
export interface Node extends Step {
  readonly costs?: readonly Statement[];
}

export const dropRank = -1000;
export const lateRank = 5000;
export const firstRank = -9000;

export class Frame {
  readonly nodes = new Map<string, Node>();
  readonly pieces: Pieces;
  readonly from: Catalog;
  readonly to: Catalog;
  readonly around: Surroundings;
  readonly removal: Removal;
  readonly dependants: ReadonlyMap<string, readonly string[]>;
  /** The step in which the schema's own steps write an object, by its id. */
  readonly homes = new Map<string, string>();

  constructor(pieces: Pieces, from: Catalog, to: Catalog, forced: ReadonlySet<string>) {
    this.pieces = pieces;
    this.from = from;
    this.to = to;
    this.around = { catalog: to, parts: partsOf(to) };
    this.removal = planRemoval(pieces, from, to, forced);
    this.dependants = dependantsOf(from.requires);
    for (const object of to.objects.values()) this.homes.set(object.id, homeOf(object, to));
  }

  add(
    id: string,
    object: CatalogObject,
    rank: number,
    costs: readonly Statement[],
    requires: Iterable<string> = [],
  ): void {
    this.nodes.set(id, { id, object, rank, requires: new Set(requires), statements: [], costs });
  }

  /** The steps after which an object is as it should be. */
  providers(id: string): string[] {
    const piece = this.pieces.get(id);
    if (piece === undefined) return [];
    if (isMade(piece)) {
      if (this.nodes.has(id)) return [id];
      const home = this.homes.get(id) ?? id;
      return this.nodes.has(home) ? [home] : [];
    }
    return piece.fate === "alter" ? [`alter ${id}`] : [];
  }

  /** What an object stands on, its table too. */
  needed(id: string): string[] {
    const object = this.to.objects.get(id);
    const list = [...(this.to.requires.get(id) ?? []), ...(object?.of === undefined ? [] : [object.of])];
    return list.filter(
      (needed) => !(object?.kind === "sequence" && /^(?:table|column|foreign table) /.test(needed)),
    );
  }

  require(node: Node | undefined, ids: Iterable<string>): void {
    if (node === undefined) return;
    for (const id of ids) if (id !== node.id && this.nodes.has(id)) node.requires.add(id);
  }
}
