import { usageError } from "../../kernel/error.ts";
import { suggest } from "../../kernel/suggest.ts";
import type { Diagram } from "./model.ts";

/** The table that a person means: `public.users`, or `users` where one schema alone has it. Throws a usage error. */
export function findTable({ tables }: Diagram, wish: string): string {
  const found = tables.filter(
    ({ id, name, schema }) => id === wish || name === wish || `${schema}.${name}` === wish,
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first.id;
  if (first !== undefined) {
    throw usageError(
      "schema.ambiguous-table",
      `There are ${found.length} tables ${wish}: ${found.map(({ id }) => id).join(", ")}.`,
      `veza-db schema diagram --around ${first.id}`,
    );
  }
  const near = suggest(
    wish,
    tables.flatMap(({ id, name }) => [id, name]),
    1,
  )[0];
  throw usageError(
    "schema.unknown-table",
    `There is no table ${JSON.stringify(wish)} to draw.`,
    near === undefined ? "veza-db schema diagram" : `Did you mean ${near}?`,
  );
}

/** The tables that can be reached from one over at most `depth` references, whichever way they point. Pure. */
export function around(diagram: Diagram, table: string, depth: number): Diagram {
  const reached = new Set([table]);
  for (let step = 0; step < depth; step++) {
    const before = new Set(reached);
    for (const { from, to } of diagram.references) {
      if (before.has(from)) reached.add(to);
      if (before.has(to)) reached.add(from);
    }
    if (before.size === reached.size) break;
  }
  return {
    tables: diagram.tables.filter(({ id }) => reached.has(id)),
    references: diagram.references.filter(({ from, to }) => reached.has(from) && reached.has(to)),
  };
}
