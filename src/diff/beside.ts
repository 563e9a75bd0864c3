/**
 * An index or key that takes the place of another of its name: where it is built without blocking writers, the new one is
 * built beside the old one, which goes when it is there. So neither is missing meanwhile.
 */
import { constraintClause } from "../schema/render/constraint.ts";
import { ownName, tableNameOf } from "../schema/render/reference.ts";
import { writtenOf } from "../schema/render/model.ts";
import type { Catalog } from "../catalog/model.ts";
import { keyByIndex } from "./create-part.ts";
import type { Node } from "./graph/frame.ts";
import type { Piece, Statement } from "./model.ts";
import type { Pieces } from "./pieces.ts";
import { nameAside } from "./swap.ts";

/** What becomes of the statements of a node, by its id. */
export type Beside = ReadonlyMap<string, (said: readonly Statement[]) => readonly Statement[]>;

export function planBeside(
  nodes: readonly Node[],
  followers: ReadonlyMap<string, readonly Node[]>,
  pieces: Pieces,
  from: Catalog,
  canWait: (node: Node) => boolean,
): Beside {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, (said: readonly Statement[]) => readonly Statement[]>();
  for (const piece of pieces.values()) {
    const [drop, make] = [byId.get(`drop ${piece.id}`), byId.get(piece.id)];
    const list = concurrentList(piece, from);
    if (list === undefined || drop === undefined || make === undefined || !canWait(make)) continue;
    // Whoever else waits for the old one to go, or has to go before it, cannot wait for the new one.
    const others = [...(followers.get(drop.id) ?? [])].filter(({ id }) => id !== make.id);
    if (others.length > 0 || [...drop.requires].some((id) => byId.has(id))) continue;
    found.set(drop.id, (said) => said.map((statement) => ({ ...statement, concurrently: [] })));
    found.set(make.id, (said) =>
      said.map((statement) =>
        /^CREATE | ADD CONSTRAINT /.test(statement.sql) ? { ...statement, concurrently: list } : statement,
      ),
    );
  }
  return found;
}

function concurrentList({ before, after, fate }: Piece, from: Catalog): readonly string[] | undefined {
  if (fate !== "replace" || before === undefined || after === undefined || before.of !== after.of)
    return undefined;
  const isAttached = [before, after].some(
    ({ facts }) => facts["attached to"] !== undefined || facts["index attached to"] !== undefined,
  );
  const table = from.objects.get(before.of ?? "");
  if (isAttached || table?.kind !== "table" || table.facts["partition key"] !== undefined) return undefined;
  const own = ownName(after);
  const name = nameAside(after.path.at(-1) ?? "", "__veza_new");
  if (after.kind === "index") {
    const definition = writtenOf(after, "whole");
    const create = definition.replace(` INDEX ${own} ON `, ` INDEX CONCURRENTLY ${name} ON `);
    if (create === definition) return undefined;
    const [schema, bare] = [after.name.slice(0, after.name.length - own.length), after.name];
    return [create, `DROP INDEX CONCURRENTLY ${bare}`, `ALTER INDEX ${schema}${name} RENAME TO ${own}`];
  }
  const key = after.kind === "constraint" ? keyByIndex(after, constraintClause(after), name) : undefined;
  if (key === undefined) return undefined;
  return [key.create, `ALTER TABLE ${tableNameOf(after)} DROP CONSTRAINT ${own}, ${key.add}`];
}
