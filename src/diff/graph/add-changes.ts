/** The steps of what changes and of what goes. */
import { lastDot } from "../../catalog/assemble.ts";
import { parentsOf } from "../../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { rankOf } from "../../schema/steps.ts";
import { alterObject } from "../alter/alter.ts";
import { planColumn } from "../alter/column.ts";
import { leaveParents } from "../alter/parents.ts";
import { staysBelow } from "../column-parents.ts";
import { dropObject } from "../drop.ts";
import type { Piece, Statement } from "../model.ts";
import { isRemoved } from "../pieces.ts";
import { say } from "../say.ts";
import { dropAside, renameAside } from "../swap.ts";
import type { TriggerTree } from "../trigger-states.ts";
import { dropRank, firstRank, lateRank } from "./frame.ts";
import type { Frame } from "./frame.ts";
import { isRebound } from "./tie-partition.ts";

/** Kinds whose members the catalog does not know: they go last, when nobody can stand on them any more. */
const goesLast = new Set(["extension", "schema", "language", "access method", "foreign data wrapper"]);

export function addAlter(frame: Frame, piece: Piece): void {
  const { after, id } = piece;
  if (after === undefined) return;
  const rank = piece.changed.has("labels") ? firstRank : rankOf(after.kind);
  if (after.kind !== "column") {
    const before = piece.before ?? after;
    const isTable = after.kind === "table" || after.kind === "foreign table";
    if (before.kind === "sequence" && outlivesOwner(frame, piece))
      frame.add(`release ${id}`, after, dropRank, [say(`ALTER SEQUENCE ${before.name} OWNED BY NONE`)]);
    // Where only the bounds change, the table stays below its parent until that is as it should be.
    const releaseRank = isRebound(piece) ? rank : dropRank;
    if (isTable) frame.add(`release ${id}`, after, releaseRank, leaveParents(before, after, piece.changed));
    frame.add(
      `alter ${id}`,
      after,
      rank,
      alterObject(piece, frame.to.server.major),
      isTable ? [`release ${id}`] : [],
    );
    return;
  }
  const { release, main, settle } = planColumn(piece, frame.pieces, frame.from, frame.to);
  const rest = alterObject(piece, frame.to.server.major);
  frame.add(`release ${id}`, after, dropRank, release);
  frame.add(`alter ${id}`, after, rank, main, [`release ${id}`]);
  frame.add(`settle ${id}`, after, rank + 0.2, [...settle, ...rest], [`alter ${id}`]);
}

/** True for a counter whose column goes, but which stays. */
export function outlivesOwner(frame: Frame, { before, after }: Piece): boolean {
  const column = frame.pieces.get(`column ${before?.facts["owned by"] ?? ""}`);
  return after !== undefined && column !== undefined && isRemoved(column);
}

export function addSwap(frame: Frame, piece: Piece): void {
  const { before, id } = piece;
  if (before === undefined) return;
  frame.add(`aside ${id}`, before, dropRank, renameAside(before));
  frame.add(`drop ${id}`, before, lateRank - rankOf(before.kind), dropAside(before));
  frame.nodes.get(id)?.requires.add(`aside ${id}`);
}

export function addDrop(frame: Frame, piece: Piece): void {
  const { before, id } = piece;
  if (before === undefined) return;
  const rank = (goesLast.has(before.kind) ? lateRank : dropRank) - rankOf(before.kind);
  const costs = dropStatements(before, frame.from.server.major);
  const said = isKeptBelow(frame, before) ? costs.map(onlyHere) : costs;
  frame.add(`drop ${id}`, before, rank, carriesKeys(frame, before) ? said.map(cascading) : said);
}

/** True for an index that partitions' keys are attached to: those go with it, but not unasked. */
function carriesKeys(frame: Frame, { kind, name }: CatalogObject): boolean {
  return kind === "index" && keyCarriers(frame.from).has(name);
}

const carriers = new WeakMap<Catalog, ReadonlySet<string>>();

/** The indexes to which keys of partitions are attached, directly or through other indexes. */
function keyCarriers(catalog: Catalog): ReadonlySet<string> {
  const known = carriers.get(catalog);
  if (known !== undefined) return known;
  const found = new Set<string>();
  for (const { kind, facts } of catalog.objects.values()) {
    if (kind !== "constraint") continue;
    for (let above = facts["index attached to"]; above !== undefined && !found.has(above);) {
      found.add(above);
      above = catalog.objects.get(`index ${above}`)?.facts["attached to"];
    }
  }
  carriers.set(catalog, found);
  return found;
}

function cascading(statement: Statement): Statement {
  return { ...statement, sql: `${statement.sql} CASCADE` };
}

/** The states of the whole tree at once, from the top down, when all else of its triggers is done. */
export function addTriggerTree(frame: Frame, { root, ids, statements }: TriggerTree): void {
  const steps = ids.flatMap((id) => [id, `alter ${id}`, `drop ${id}`]);
  for (const id of steps) {
    const node = frame.nodes.get(id);
    if (node === undefined) continue;
    const isState = (sql: string): boolean => /^ALTER TABLE .* TRIGGER /s.test(sql);
    frame.nodes.set(id, {
      ...node,
      statements: node.statements.filter((sql) => !isState(sql)),
      ...(node.costs === undefined ? {} : { costs: node.costs.filter(({ sql }) => !isState(sql)) }),
    });
  }
  const id = `states ${root.id}`;
  frame.add(id, root, rankOf("trigger") + 0.5, statements);
  frame.require(frame.nodes.get(id), steps);
}

/** True where a child keeps a column or check of its own that its parent loses. */
function isKeptBelow(frame: Frame, object: CatalogObject): boolean {
  if (object.kind !== "column" && object.facts["type"] !== "check") return false;
  return (partsBelow(frame.from).get(object.id) ?? []).some((id) => {
    const piece = frame.pieces.get(id);
    return (
      piece?.before !== undefined &&
      !isRemoved(piece) &&
      staysBelow(piece.before.of ?? "", object.of ?? "", frame.from, frame.to)
    );
  });
}

const below = new WeakMap<Catalog, Map<string, string[]>>();

/** Columns and checks that children have from their parents, by the parents' ids. */
function partsBelow(catalog: Catalog): Map<string, string[]> {
  const known = below.get(catalog);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  below.set(catalog, found);
  for (const object of catalog.objects.values()) {
    if (object.facts["inherited"] === undefined) continue;
    const table = catalog.objects.get(object.of ?? "");
    const own = object.name.slice(lastDot(object.name));
    for (const parent of table === undefined ? [] : parentsOf(table)) {
      const id = `${object.kind} ${parent}${own}`;
      found.set(id, [...(found.get(id) ?? []), object.id]);
    }
  }
  return found;
}

function onlyHere(statement: Statement): Statement {
  return { ...statement, sql: statement.sql.replace(/^ALTER TABLE (?!ONLY )/, "ALTER TABLE ONLY ") };
}

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
