/** From one catalog to the other, in statements. Pure. */
import { columnsOf as columnNames } from "../catalog/compare.ts";
import type { Catalog } from "../catalog/model.ts";
import { maskPattern } from "../catalog/options.ts";
import { breakCircles } from "../schema/circles.ts";
import { orderSteps } from "../schema/order.ts";
import { noteUnread } from "./alter/counter.ts";
import { planBeside } from "./beside.ts";
import { settleFates } from "./closure.ts";
import { buildGraph } from "./graph.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./graph/frame.ts";
import { sayMade } from "./made.ts";
import type { DiffPlan, Obstacle, Statement } from "./model.ts";
import { planOwnParts } from "./own-parts.ts";
import { isMade, isRemoved, pairObjects } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { planRenames } from "./renames.ts";
import { say } from "./say.ts";

export function planDiff(first: Catalog, to: Catalog): DiffPlan {
  const { statements: renames, from } = planRenames(first, to);
  const pieces = pairObjects(from, to);
  const obstacles = settleFates(pieces, from, to);
  if (obstacles.length > 0) return { statements: [], obstacles: unique(obstacles), notes: [] };
  const own = planOwnParts(pieces, from, to);
  if (own.obstacles.length > 0) return { statements: [], obstacles: own.obstacles, notes: [] };
  const ordered = order(pieces, from, to);
  const late = new Set<string>();
  const followers = followersOf(ordered);
  const isPatient = (node: Node): boolean => canWait(node, followers.get(node.id) ?? [], from);
  const beside = planBeside(ordered, followers, pieces, from, isPatient);
  const made = ordered.flatMap((node) => {
    const said = node.costs ?? sayMade(node, pieces, from, to);
    const put = beside.get(node.id);
    if (put !== undefined) return markLate(node, put(said), late);
    return markLate(node, isPatient(node) ? said : said.map(withoutDelay), late);
  });
  return {
    statements: [...renames, ...withoutRepeats(made), ...own.statements],
    obstacles: [],
    notes: [...notesOf(pieces, from, to), ...own.notes],
  };
}

function followersOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const followers = new Map<string, Node[]>();
  for (const node of nodes)
    for (const id of node.requires) {
      const list = followers.get(id);
      if (list === undefined) followers.set(id, [node]);
      else list.push(node);
    }
  return followers;
}

/** What views or functions stand on is not put off: they would be missing meanwhile. An index goes late where nobody waits for it. */
function canWait({ id, object }: Node, followers: readonly Node[], from: Catalog): boolean {
  if (id === `drop ${object.id}`)
    return followers.length === 0 && from.objects.get(object.of ?? "")?.facts["partition key"] === undefined;
  return followers.every(
    (node) =>
      node.id === `settle ${object.id}` ||
      // What a child has from its parent is no statement of its own.
      node.costs?.length === 0 ||
      ["constraint", "index", "not null constraint"].includes(node.object.kind) ||
      takesIndex.test(node.id),
  );
}

/** Indexes and proofs are put off all the same, as whatever stands on them. */
function withoutDelay(statement: Statement): Statement {
  const { concurrently, ...rest } = statement;
  const isAlways = concurrently?.length === 1 && !statement.sql.startsWith("DROP INDEX ");
  return isAlways ? statement : rest;
}

const takesIndex = / (?:CLUSTER ON|REPLICA IDENTITY USING INDEX)$/;

/** What is done concurrently runs after the rest; so does all that stands on it. */
function markLate(
  { id, object, requires }: Node,
  statements: readonly Statement[],
  late: Set<string>,
): readonly Statement[] {
  // A new default takes hold at once: whoever inserts nothing needs it before NULL is refused.
  const needs = [...requires].filter(
    (other) => id !== `settle ${object.id}` || other !== `alter ${object.id}`,
  );
  // What of an index is an extension's, the catalog does not know: the extension goes when all indexes have gone.
  const isLast = takesIndex.test(id) || (id === `drop ${object.id}` && object.kind === "extension");
  let isLate = needs.some((other) => late.has(other)) || (late.size > 0 && isLast);
  return statements.map((statement) => {
    if (statement.concurrently !== undefined || isLate) {
      isLate = true;
      late.add(id);
    }
    return isLate ? { ...statement, isLate } : statement;
  });
}

function unique(obstacles: readonly Obstacle[]): Obstacle[] {
  return [...new Map(obstacles.map((one) => [`${one.kind} ${one.name} ${one.why}`, one])).values()];
}

function order(pieces: Pieces, from: Catalog, to: Catalog): readonly Node[] {
  const forced = new Set<string>();
  let graph: Graph = buildGraph(pieces, from, to, forced);
  for (let round = 0; ; round++) {
    const { sorted, circular, stuck } = orderSteps(graph.nodes);
    if (circular.length === 0) return sorted;
    if (round > 200) return [...sorted, ...stuck];
    const foreign = circular.flatMap((node) => foreignKeysOf(node, pieces)).filter((id) => !forced.has(id));
    if (foreign.length > 0) {
      for (const id of foreign) forced.add(id);
      graph = buildGraph(pieces, from, to, forced);
      continue;
    }
    const made = circular.filter(({ id, object, costs }) => id === object.id && costs === undefined);
    if (made.length > 0 && breakCircles(graph.nodes, made, graph.around)) continue;
    cut(graph, circular);
  }
}

/** Tables that refer to each other in a circle lose their foreign keys first. */
function foreignKeysOf({ id, object }: Node, pieces: Pieces): string[] {
  if (id !== `drop ${object.id}` || object.kind !== "table") return [];
  return [...pieces.values()]
    .filter(
      (piece) =>
        isRemoved(piece) && piece.before?.of === object.id && piece.before.facts["type"] === "foreign key",
    )
    .map((piece) => piece.id);
}

/** What is dropped in a circle is dropped at once; else the first step waits no longer for the others. */
function cut({ nodes }: Graph, circular: readonly Node[]): void {
  const drops = circular.filter(({ id, object }) => id === `drop ${object.id}`);
  const first = (drops.length > 0 ? drops : circular).toSorted((a, b) => a.rank - b.rank)[0];
  if (first === undefined) return;
  const ids = new Set(circular.map(({ id }) => id));
  // It takes the others with it, so it waits for all that they wait for.
  for (const other of drops) for (const id of other.requires) first.requires.add(id);
  for (const id of ids) first.requires.delete(id);
  if (drops.length === 0) return;
  nodes.set(first.id, { ...first, costs: (first.costs ?? []).map((one) => say(`${one.sql} CASCADE`, one)) });
  for (const other of drops) {
    if (other.id === first.id) continue;
    nodes.set(other.id, { ...other, costs: (other.costs ?? []).map((one) => say(ifExists(one.sql), one)) });
  }
}

function ifExists(sql: string): string {
  return sql.includes(" IF EXISTS ") ? sql : sql.replace(/^DROP ([A-Z]+(?: [A-Z]+)*) /, "DROP $1 IF EXISTS ");
}

/** Two parts of one circle may say the same. */
function withoutRepeats(statements: readonly Statement[]): Statement[] {
  return statements.filter(({ sql }, at) => sql !== statements[at - 1]?.sql);
}

function notesOf(pieces: Pieces, from: Catalog, to: Catalog): string[] {
  const notes: string[] = [];
  const before = columnNames(from);
  for (const [table, wanted] of columnNames(to)) {
    const had = before.get(table);
    const piece = pieces.get(table);
    if (had === undefined || piece === undefined || isRemoved(piece) || piece.fate === "swap") continue;
    const kept = had.filter((name) => wanted.includes(name));
    const fresh = wanted.filter((name) => !had.includes(name));
    if ([...kept, ...fresh].join("\0") !== wanted.join("\0"))
      notes.push(`${table}: the order of its columns cannot be changed by ALTER and stays another one.`);
  }
  return [
    ...notes,
    ...[...pieces.values()].flatMap((piece) => noteUnread(piece, from, to)),
    ...secretsOf(pieces),
  ];
}

function secretsOf(pieces: Pieces): string[] {
  return [...pieces.values()].flatMap((piece) =>
    isMade(piece) &&
    piece.after !== undefined &&
    Object.values(piece.after.facts).some((value) => maskPattern.test(value))
      ? [`${piece.id}: what is secret of it is to be set by hand.`]
      : [],
  );
}
