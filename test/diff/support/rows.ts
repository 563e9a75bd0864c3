/** What the rows of a database hold, for what both schemas have: an ALTER may lose none of it. */
import type { Catalog, CatalogObject } from "../../../src/catalog/model.ts";
import type { TestDatabase } from "../../support/database.ts";

/**
 * A line a column of each table that both sides have: its values in order where its type stays, else how many there are;
 * computed columns are left out.
 */
export async function readRows({ sql }: TestDatabase, from: Catalog, to: Catalog): Promise<string[]> {
  const lines: string[] = [];
  for (const { id, kind, name } of from.objects.values()) {
    if (kind !== "table" || to.objects.get(id)?.kind !== "table") continue;
    const [row] = await sql.unsafe<{ n: string }[]>(`SELECT count(*) AS n FROM ${name}`);
    lines.push(`${name}: ${row?.n ?? ""} rows`);
    for (const column of from.objects.values()) {
      const other = to.objects.get(column.id);
      if (column.kind !== "column" || column.of !== id || other?.of !== id || isComputed(column, other))
        continue;
      const own = column.name.slice(name.length + 1);
      const what = isSameType(column, other, from, to)
        ? `string_agg(${own}::text, ',' ORDER BY ${own}::text COLLATE "C")`
        : `count(${own})`;
      const [value] = await sql.unsafe<{ v: string | null }[]>(`SELECT ${what} AS v FROM ${name}`);
      lines.push(`${column.name}: ${value?.v ?? "null"}`);
    }
  }
  return lines;
}

function isComputed(...columns: readonly CatalogObject[]): boolean {
  return columns.some(({ facts }) => facts["generated"] !== undefined);
}

/** Whose values are written alike: of a user's type, nothing of it may differ. */
function isSameType(column: CatalogObject, other: CatalogObject, from: Catalog, to: Catalog): boolean {
  const { type = "" } = column.facts;
  if (type !== other.facts["type"]) return false;
  if (!type.includes(".")) return true;
  const facts = (catalog: Catalog): string =>
    JSON.stringify(
      [...catalog.objects.values()]
        .filter(({ name, of = "" }) => name === type || of.endsWith(` ${type}`))
        .map((object) => object.facts),
    );
  return facts(from) === facts(to);
}
