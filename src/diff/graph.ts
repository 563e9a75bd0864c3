/** Steps and what must come before each: what goes, what changes, what comes. */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { addShells } from "../schema/circles.ts";
import type { Surroundings } from "../schema/render/model.ts";
import { homeOf, partsOf, planSteps, rankOf } from "../schema/steps.ts";
import type { Step } from "../schema/steps.ts";
import { alterObject } from "./alter/alter.ts";
import { planColumn } from "./alter/column.ts";
import { leaveParents } from "./alter/relation.ts";
import { isRetyped, parentColumns, typeAttribute } from "./closure.ts";
import { createPart } from "./create-part.ts";
import { dropObject } from "./drop.ts";
import type { Piece, Statement } from "./model.ts";
import { dependantsOf, isMade, isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { namesTaken, planRemoval } from "./removal.ts";
import type { Removal } from "./removal.ts";
import { say } from "./say.ts";
import { renameAside, dropAside } from "./swap.ts";
import { planTriggerTrees } from "./trigger-states.ts";
import type { TriggerTree } from "./trigger-states.ts";

/** A step of the plan. What is made has its statements as the schema's own steps write them. */
export interface Node extends Step {
  readonly costs?: readonly Statement[];
}

export interface Graph {
  readonly nodes: Map<string, Node>;
  readonly around: Surroundings;
}

const dropRank = -1000;
const lateRank = 5000;
const firstRank = -9000;

/** Kinds whose members the catalog does not know: they go last, when nobody can stand on them any more. */
const goesLast = new Set(["extension", "schema", "language", "access method", "foreign data wrapper"]);

export class GraphBuilder {
  readonly #nodes = new Map<string, Node>();
  readonly #pieces: Pieces;
  readonly #from: Catalog;
  readonly #to: Catalog;
  readonly #around: Surroundings;
  readonly #removal: Removal;
  readonly #dependants: ReadonlyMap<string, readonly string[]>;
  readonly #homes = new Map<string, string>();
  #below: ReadonlyMap<string, readonly string[]> | undefined;
  #columnsByTable: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(pieces: Pieces, from: Catalog, to: Catalog, forced: ReadonlySet<string>) {
    this.#pieces = pieces;
    this.#from = from;
    this.#to = to;
    this.#around = { catalog: to, parts: partsOf(to) };
    this.#removal = planRemoval(pieces, from, to, forced);
    this.#dependants = dependantsOf(from.requires);
    for (const object of to.objects.values()) this.#homes.set(object.id, homeOf(object, to));
  }

  build(): Graph {
    this.#addMade();
    for (const piece of this.#pieces.values()) {
      if (piece.fate === "alter") this.#addAlter(piece);
      if (piece.fate === "swap") this.#addSwap(piece);
      if (this.#removal.isExplicit(piece)) this.#addDrop(piece);
    }
    this.#tieMade();
    for (const piece of this.#pieces.values()) {
      if (piece.fate === "alter") this.#tieAlter(piece);
      if (isRemoved(piece) || piece.fate === "swap") this.#tieRemoved(piece);
    }
    this.#tieNames();
    for (const tree of planTriggerTrees(this.#pieces, this.#to)) this.#addTriggerTree(tree);
    return { nodes: this.#nodes, around: this.#around };
  }

  #add(
    id: string,
    object: CatalogObject,
    rank: number,
    costs: readonly Statement[],
    requires: Iterable<string> = [],
  ): void {
    this.#nodes.set(id, { id, object, rank, requires: new Set(requires), statements: [], costs });
  }

  /** The schema's own steps of what is made; parts of tables that stay get steps of their own. */
  #addMade(): void {
    if (![...this.#pieces.values()].some((piece) => isMade(piece) || piece.fate === "alter")) return;
    const steps = planSteps(this.#to);
    addShells(steps);
    for (const step of steps.values()) if (this.#isWanted(step)) this.#nodes.set(step.id, step);
    // From the top down: what a partition has early, its own partitions have early too.
    const early = new Set<string>();
    for (let count = -1; count !== early.size;) {
      count = early.size;
      for (const piece of this.#pieces.values()) this.#indexBeforeAttaching(piece, early);
    }
    for (const piece of this.#pieces.values()) {
      const { after } = piece;
      if (after === undefined || !isMade(piece) || this.#nodes.has(piece.id)) continue;
      const home = this.#homes.get(piece.id) ?? piece.id;
      if (this.#nodes.has(home)) continue;
      const costs = createPart(piece, this.#pieces, this.#to, this.#around, this.#from);
      this.#add(piece.id, after, rankOf(after.kind) + 0.1, costs);
    }
  }

  /** A new partition has its indexes before it is attached: else the server makes those of its parent by itself. */
  #indexBeforeAttaching({ id, after }: Piece, early: Set<string>): void {
    const parent = this.#pieces.get(`index ${after?.facts["attached to"] ?? ""}`);
    const [index, table] = [this.#nodes.get(id), this.#nodes.get(after?.of ?? "")];
    if (after?.kind !== "index" || index === undefined || table === undefined || early.has(id)) return;
    if (parent === undefined || (isMade(parent) && !early.has(parent.id))) return;
    const at = table.statements.findIndex((sql) => sql.includes(` ATTACH PARTITION ${table.object.name} `));
    const [definition = "", ...rest] = index.statements;
    if (at < 0) return;
    early.add(id);
    const statements = [...table.statements.slice(0, at), definition, ...table.statements.slice(at)];
    const requires = new Set([
      ...table.requires,
      ...[...index.requires].filter((other) => other !== table.id),
    ]);
    this.#nodes.set(table.id, { ...table, statements, requires });
    this.#nodes.set(id, {
      ...index,
      statements: rest.filter((sql) => !/^ALTER INDEX .* ATTACH PARTITION /s.test(sql)),
    });
  }

  #isWanted({ id, object }: Step): boolean {
    const piece = this.#pieces.get(object.id);
    if (piece === undefined) return false;
    if (id === object.id || id === `${object.id} shell`) return isMade(piece);
    const sets = (property: string): boolean => isMade(piece) || piece.changed.has(property);
    const made = (name: string | undefined): boolean => {
      if (name === undefined) return false;
      const [schema = ""] = object.path;
      return [...this.#pieces.values()].some(
        (other) =>
          isMade(other) &&
          other.after?.of === object.id &&
          other.after.path[0] === schema &&
          other.after.path.at(-1) === name,
      );
    };
    if (id.endsWith(" owned by")) {
      const column = this.#pieces.get(`column ${object.facts["owned by"] ?? ""}`);
      return sets("owned by") || sets("identity of") || (column !== undefined && isMade(column));
    }
    if (id.endsWith(" CLUSTER ON")) return sets("clustered on") || made(object.facts["clustered on"]);
    if (id.endsWith(" REPLICA IDENTITY USING INDEX"))
      return sets("replica identity") || made(object.facts["replica identity"]?.slice("index ".length));
    if (id.endsWith(" attached")) {
      const parent = this.#pieces.get(`index ${object.facts["index attached to"] ?? ""}`);
      return (
        (isMade(piece) && !this.#isInsideMade(object)) ||
        (parent !== undefined && isMade(parent)) ||
        piece.changed.has("index attached to")
      );
    }
    return isMade(piece);
  }

  #isInsideMade(object: CatalogObject): boolean {
    const owner = this.#pieces.get(object.of ?? "");
    return owner !== undefined && isMade(owner);
  }

  #addAlter(piece: Piece): void {
    const { after, id } = piece;
    if (after === undefined) return;
    const rank = piece.changed.has("labels") ? firstRank : rankOf(after.kind);
    if (after.kind !== "column") {
      const before = piece.before ?? after;
      const isTable = after.kind === "table" || after.kind === "foreign table";
      if (isTable) this.#add(`release ${id}`, after, dropRank, leaveParents(before, after, piece.changed));
      this.#add(
        `alter ${id}`,
        after,
        rank,
        alterObject(piece, this.#to.server.major),
        isTable ? [`release ${id}`] : [],
      );
      return;
    }
    const { release, main, settle } = planColumn(piece, this.#pieces, this.#from, this.#to);
    const rest = alterObject(piece, this.#to.server.major);
    this.#add(`release ${id}`, after, dropRank, release);
    this.#add(`alter ${id}`, after, rank, main, [`release ${id}`]);
    this.#add(`settle ${id}`, after, rank + 0.2, [...settle, ...rest], [`alter ${id}`]);
  }

  #addSwap(piece: Piece): void {
    const { before, id } = piece;
    if (before === undefined) return;
    this.#add(`aside ${id}`, before, dropRank, renameAside(before));
    this.#add(`drop ${id}`, before, lateRank - rankOf(before.kind), dropAside(before));
    this.#nodes.get(id)?.requires.add(`aside ${id}`);
  }

  #addDrop(piece: Piece): void {
    const { before, id } = piece;
    if (before === undefined) return;
    const rank = (goesLast.has(before.kind) ? lateRank : dropRank) - rankOf(before.kind);
    const costs = dropStatements(before, this.#from.server.major);
    this.#add(`drop ${id}`, before, rank, this.#isKeptBelow(before) ? costs.map(onlyHere) : costs);
  }

  /** The states of the whole tree at once, from the top down, when all else of its triggers is done. */
  #addTriggerTree({ root, ids, statements }: TriggerTree): void {
    const steps = ids.flatMap((id) => [id, `alter ${id}`, `drop ${id}`]);
    for (const id of steps) {
      const node = this.#nodes.get(id);
      if (node === undefined) continue;
      const isState = (sql: string): boolean => /^ALTER TABLE .* TRIGGER /s.test(sql);
      this.#nodes.set(id, {
        ...node,
        statements: node.statements.filter((sql) => !isState(sql)),
        ...(node.costs === undefined ? {} : { costs: node.costs.filter(({ sql }) => !isState(sql)) }),
      });
    }
    const id = `states ${root.id}`;
    this.#add(id, root, rankOf("trigger") + 0.5, statements);
    this.#require(this.#nodes.get(id), steps);
  }

  /** True where a child keeps a column or check of its own that its parent loses. */
  #isKeptBelow(object: CatalogObject): boolean {
    if (object.kind !== "column" && object.facts["type"] !== "check") return false;
    this.#below ??= partsBelow(this.#from);
    return (this.#below.get(object.id) ?? []).some((id) => {
      const piece = this.#pieces.get(id);
      return piece !== undefined && !isRemoved(piece);
    });
  }

  /** The steps after which an object is as it should be. */
  #providers(id: string): string[] {
    const piece = this.#pieces.get(id);
    if (piece === undefined) return [];
    if (isMade(piece)) {
      if (this.#nodes.has(id)) return [id];
      const home = this.#homes.get(id) ?? id;
      return this.#nodes.has(home) ? [home] : [];
    }
    return piece.fate === "alter" ? [`alter ${id}`] : [];
  }

  #needed(id: string): string[] {
    const object = this.#to.objects.get(id);
    const list = [...(this.#to.requires.get(id) ?? []), ...(object?.of === undefined ? [] : [object.of])];
    return list.filter(
      (needed) => !(object?.kind === "sequence" && /^(?:table|column|foreign table) /.test(needed)),
    );
  }

  #require(node: Node | undefined, ids: Iterable<string>): void {
    if (node === undefined) return;
    for (const id of ids) if (id !== node.id && this.#nodes.has(id)) node.requires.add(id);
  }

  #tieMade(): void {
    for (const [id, home] of this.#homes) {
      const piece = this.#pieces.get(id);
      const node = this.#nodes.get(this.#nodes.has(id) && !id.startsWith("alter ") ? id : home);
      if (node === undefined || piece === undefined) continue;
      const isShelled = this.#nodes.has(`${node.id} shell`);
      for (const needed of this.#needed(id)) {
        for (const provider of this.#providers(needed)) {
          // A shell stands for its type where functions of the type need it.
          const shell = `${provider} shell`;
          const takesShell = this.#nodes.has(shell) && this.#needsBack(provider, node.id);
          if (isShelled && this.#nodes.get(provider)?.requires.has(`${node.id} shell`) === true) {
            node.requires.add(provider);
            continue;
          }
          this.#require(node, [takesShell ? shell : provider]);
        }
      }
      if (isRemoved(piece)) {
        const step = this.#removal.stepOf(id);
        if (step !== undefined) this.#require(node, [step]);
      }
      if (home !== id) continue;
      for (const parent of parentColumns(piece.after ?? nobody, this.#to))
        this.#require(node, this.#providers(parent));
      this.#tieNewChild(piece, node);
      if (piece.after?.kind === "column")
        this.#require(node, this.#providers(typeAttribute(piece.after, this.#from, this.#to) ?? ""));
    }
    for (const node of this.#nodes.values()) {
      if (!/ (?:owned by|CLUSTER ON|REPLICA IDENTITY USING INDEX|attached)$/.test(node.id)) continue;
      const { facts } = node.object;
      this.#require(node, [
        `alter ${node.object.id}`,
        `alter column ${facts["owned by"] ?? ""}`,
        `column ${facts["owned by"] ?? ""}`,
      ]);
    }
  }

  /** A new child fits its parents when their columns are as they should be. */
  #tieNewChild({ fate, after }: Piece, node: Node): void {
    if (fate !== "create" || after === undefined) return;
    const parents = new Set(parentsOf(after).flatMap((name) => [`table ${name}`, `foreign table ${name}`]));
    if (parents.size === 0) return;
    this.#columnsByTable ??= alteredColumns(this.#pieces);
    for (const parent of parents)
      for (const id of this.#columnsByTable.get(parent) ?? []) this.#require(node, [`alter ${id}`]);
  }

  #needsBack(type: string, routine: string): boolean {
    return [...(this.#to.requires.get(type) ?? [])].includes(routine);
  }

  #tieAlter(piece: Piece): void {
    const { id, after, before, changed } = piece;
    if (after === undefined || before === undefined) return;
    const main = this.#nodes.get(`alter ${id}`);
    const gone = (this.#dependants.get(id) ?? []).flatMap((other) => {
      const dependant = this.#pieces.get(other);
      // What the column counted with goes after it.
      if (dependant === undefined || dependant.before?.kind === "sequence") return [];
      return isRemoved(dependant) ? (this.#removal.stepOf(other) ?? []) : [];
    });
    if (after.kind !== "column") {
      this.#require(
        main,
        this.#needed(id).flatMap((needed) => this.#providers(needed)),
      );
      if (after.kind === "attribute" || changed.has("of type")) this.#require(main, gone);
      if (after.kind === "table" || after.kind === "foreign table") this.#tieTable(piece, main);
      return;
    }
    const settle = this.#nodes.get(`settle ${id}`);
    const providers = this.#needed(id).flatMap((needed) =>
      this.#providers(needed).map((step) => [needed, step] as const),
    );
    const early = changed.has("generated")
      ? providers
      : providers.filter(([needed]) =>
          /^(?:enum|domain|composite type|range|base type|collation|schema) /.test(needed),
        );
    this.#require(
      main,
      early.map(([, step]) => step),
    );
    this.#require(
      settle,
      providers.map(([, step]) => step),
    );
    // An index that goes stands in the way of a new type alone.
    const isInTheWay = isRetyped(piece) || changed.has("generated");
    this.#require(main, isInTheWay ? gone : gone.filter((step) => !step.startsWith("drop index ")));
    for (const parent of parentColumns(after, this.#to)) {
      this.#require(main, this.#providers(parent));
      // What stands on a child's column is gone before its parent's type changes.
      const above = this.#pieces.get(parent);
      if (above !== undefined && isRetyped(above)) this.#require(this.#nodes.get(`alter ${parent}`), gone);
    }
    if (after.facts["identity"] !== undefined) {
      const sequences = [...this.#pieces.values()].filter(
        (other) => other.before?.facts["owned by"] === before.name && other.fate === "drop",
      );
      for (const sequence of sequences)
        this.#require(this.#nodes.get(`drop ${sequence.id}`), [`alter ${id}`]);
    } else if (before.facts["identity"] !== undefined) {
      for (const other of this.#pieces.values())
        if (other.after?.facts["owned by"] === after.name && isMade(other)) this.#require(main, [other.id]);
    }
  }

  /** A child fits its parent when both have their columns and checks. */
  #tieTable({ before, after, id }: Piece, main: Node | undefined): void {
    this.#tiePersistence(id, main);
    const [was, is] = [before, after].map(
      (table) =>
        `${table?.facts["partition of"] ?? ""} ${table?.facts["inherits"] ?? ""} ${table?.facts["bound"] ?? ""}`,
    );
    if (was === is) return;
    const tables = new Set([
      id,
      ...[...(this.#to.requires.get(id) ?? [])].filter((other) => /^(?:foreign )?table /.test(other)),
    ]);
    for (const piece of this.#pieces.values()) {
      if (!tables.has(piece.after?.of ?? "") || piece.id === id) continue;
      if (piece.after?.kind === "column")
        this.#require(main, [
          ...this.#providers(piece.id),
          ...(piece.fate === "alter" ? [`settle ${piece.id}`] : []),
        ]);
      if (piece.after?.kind === "constraint" && piece.after.facts["type"] === "check")
        this.#require(main, this.#providers(piece.id));
    }
  }

  /** What is referred to by a logged table is logged: it becomes so first, and ceases to be last. */
  #tiePersistence(id: string, main: Node | undefined): void {
    const table = this.#pieces.get(id);
    if (table?.changed.has("persistence") !== true) return;
    const isUnlogged = table.after?.facts["persistence"] === "unlogged";
    for (const [key, needed] of this.#to.requires) {
      const object = this.#to.objects.get(key);
      if (object?.kind !== "constraint" || object.facts["type"] !== "foreign key" || object.of === undefined)
        continue;
      const isReferring = object.of === id;
      const isReferred =
        !isReferring && [...needed].some((other) => other === id || this.#to.objects.get(other)?.of === id);
      const others = isReferring
        ? [...needed].map((other) => this.#to.objects.get(other)?.of ?? other).filter((other) => other !== id)
        : [object.of];
      if (isUnlogged ? isReferred : isReferring)
        this.#require(
          main,
          others.map((other) => `alter ${other}`),
        );
    }
  }

  /** Whoever stood on it is gone, or has let go. */
  #tieRemoved(piece: Piece): void {
    const step = this.#removal.stepOf(piece.id);
    const node = this.#nodes.get(step ?? "");
    if (node === undefined) return;
    for (const id of this.#dependants.get(piece.id) ?? []) {
      const dependant = this.#pieces.get(id);
      if (dependant === undefined) continue;
      if (isRemoved(dependant) || dependant.fate === "swap")
        this.#require(node, [this.#removal.stepOf(id) ?? ""]);
      else if (dependant.fate === "alter") this.#require(node, this.#leavers(dependant, piece));
    }
    // A retyped column has left its old type.
    if (piece.fate === "swap") {
      for (const other of this.#pieces.values())
        if (isRetyped(other) && (this.#from.requires.get(other.id)?.has(piece.id) ?? false))
          this.#require(node, [`alter ${other.id}`]);
    }
  }

  #leavers({ id, before }: Piece, left: Piece): string[] {
    if (before?.kind === "table" && left.before?.kind === "table") return [`release ${id}`];
    if (before?.kind !== "column") return [`alter ${id}`, `${id} owned by`];
    const isType = /^(?:enum|domain|composite type|range|base type|collation|table|view) /.test(left.id);
    const release = this.#nodes.get(`release ${id}`);
    const hasReleased = (release?.costs?.length ?? 0) > 0;
    if (isType) return [`release ${id}`, `alter ${id}`];
    return hasReleased ? [`release ${id}`] : [`release ${id}`, `alter ${id}`, `settle ${id}`];
  }

  #tieNames(): void {
    const gone = new Map<string, Piece[]>();
    for (const piece of this.#pieces.values()) {
      if (!isRemoved(piece) || piece.before === undefined) continue;
      for (const name of namesTaken(piece.before)) gone.set(name, [...(gone.get(name) ?? []), piece]);
    }
    if (gone.size === 0) return;
    for (const piece of this.#pieces.values()) {
      if (!isMade(piece) || piece.after === undefined) continue;
      const node = this.#nodes.get(this.#providers(piece.id)[0] ?? "");
      for (const name of namesTaken(piece.after))
        for (const other of gone.get(name) ?? []) {
          const step = this.#removal.stepOf(other.id);
          if (step !== undefined) this.#require(node, [step]);
        }
    }
  }
}

/** Columns and checks that children have from their parents, by the parents' ids. */
function partsBelow(catalog: Catalog): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const object of catalog.objects.values()) {
    if (object.facts["inherited"] === undefined) continue;
    const table = catalog.objects.get(object.of ?? "");
    const own = object.name.slice(lastDot(object.name));
    for (const parent of table === undefined ? [] : parentsOf(table)) {
      const id = `${object.kind} ${parent}${own}`;
      below.set(id, [...(below.get(id) ?? []), object.id]);
    }
  }
  return below;
}

function alteredColumns(pieces: Pieces): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  for (const { id, fate, after } of pieces.values())
    if (fate === "alter" && after?.kind === "column" && after.of !== undefined)
      columns.set(after.of, [...(columns.get(after.of) ?? []), id]);
  return columns;
}

function onlyHere(statement: Statement): Statement {
  return { ...statement, sql: statement.sql.replace(/^ALTER TABLE (?!ONLY )/, "ALTER TABLE ONLY ") };
}

const nobody: CatalogObject = { id: "", kind: "table", name: "", path: [], facts: {} };

function dropStatements(object: CatalogObject, major: number): Statement[] {
  return dropObject(object, major).map((sql) => ({
    ...dropCost(sql, object),
    ...(object.kind === "index" && object.facts["attached to"] === undefined
      ? { concurrently: [sql.replace(/^DROP INDEX /, "DROP INDEX CONCURRENTLY ")] }
      : {}),
  }));
}

function dropCost(sql: string, object: CatalogObject): Statement {
  const holdsData = ["table", "column", "materialized view", "sequence", "attribute"].includes(object.kind);
  const isDerived = object.facts["generated"] !== undefined;
  return sayDrop(sql, holdsData && !isDerived && object.kind !== "materialized view");
}

function sayDrop(sql: string, deletes: boolean): Statement {
  return say(sql, deletes ? { hazards: ["DELETES_DATA"] } : {});
}
