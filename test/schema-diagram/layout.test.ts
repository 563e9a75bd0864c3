/** The picture keeps its promises: nothing lies on anything else, no wire runs under a table, the same schema gives the same bytes. */
import { describe, expect, test } from "vitest";
import { around } from "../../src/schema/diagram/around.ts";
import { layOut } from "../../src/schema/diagram/layout.ts";
import type { PlacedTable, Point } from "../../src/schema/diagram/layout-model.ts";
import type { Diagram } from "../../src/schema/diagram/model.ts";
import { renderSvg } from "../../src/schema/diagram/svg.ts";

/** `edges`: `child>parent` in a schema each, e.g. `a.x>b.y`; a name alone is a table without references. */
function diagramOf(edges: readonly string[]): Diagram {
  const names = [...new Set(edges.flatMap((edge) => edge.split(">")))].toSorted();
  const column = { type: "bigint", isUnique: false, isNullable: false, comment: null };
  const columnsOf = (id: string): Diagram["tables"][number]["columns"] => [
    { ...column, name: "id", isPrimary: true, isForeign: false },
    ...edges
      .filter((edge) => edge.startsWith(`${id}>`))
      .map((edge) => ({
        ...column,
        name: `to_${edge.split(">")[1] ?? ""}`,
        isPrimary: false,
        isForeign: true,
      })),
  ];
  return {
    tables: names.map((id) => {
      const [schema = "", name = ""] = id.split(".");
      return {
        id,
        schema,
        name,
        kind: "table",
        columns: columnsOf(id),
        hidden: 0,
        partitions: 0,
        comment: null,
      };
    }),
    references: edges
      .filter((edge) => edge.includes(">"))
      .map((edge) => {
        const [from = "", to = ""] = edge.split(">");
        return {
          name: `${from}_${to}`,
          from,
          columns: [`to_${to}`],
          to,
          targetColumns: ["id"],
          isRequired: true,
          isUnique: false,
        };
      }),
  };
}

/** Tables with references drawn by a fixed rule, circles and all. */
function tangle(size: number): Diagram {
  const edges: string[] = [];
  const id = (n: number): string => `s${n % 4}.t${n}`;
  for (let n = 0; n < size; n++) {
    edges.push(id(n));
    for (let k = 0; k < n % 4; k++) edges.push(`${id(n)}>${id((n * 7 + k * 13) % size)}`);
  }
  return diagramOf([...new Set(edges)]);
}

const cases: Record<string, Diagram> = {
  "no table": diagramOf([]),
  "one table": diagramOf(["a.x"]),
  "a table that refers to itself": diagramOf(["a.x>a.x"]),
  "a circle of two": diagramOf(["a.x>a.y", "a.y>a.x"]),
  "a circle across schemas": diagramOf(["a.x>b.y", "b.y>c.z", "c.z>a.x"]),
  "a chain": diagramOf(["a.b>a.a", "a.c>a.b", "a.d>a.c", "a.d>a.a"]),
  "a hub": diagramOf(Array.from({ length: 60 }, (_, n) => `a.t${n}>a.hub`)),
  "a hundred in four schemas": tangle(100),
};

describe.each(Object.entries(cases))("%s", (_, diagram) => {
  const layout = layOut(diagram);

  test("tables lie apart, inside of their group and of the picture", () => {
    for (const [index, a] of layout.tables.entries()) {
      expect(layout.tables.slice(index + 1).filter((b) => overlap(a, b))).toEqual([]);
      const group = layout.groups.find(({ schema }) => schema === a.table.schema);
      if (group === undefined) throw new Error("no group");
      expect(a.x >= group.x && a.x + a.width <= group.x + group.width).toBe(true);
      expect(a.y >= group.y && a.y + a.height <= group.y + group.height).toBe(true);
      expect(group.x + group.width <= layout.width && group.y + group.height <= layout.height).toBe(true);
    }
  });

  test("wires are level or upright, and no table lies on one", () => {
    const pieces = layout.wires
      .flatMap(({ lines }) => lines)
      .flatMap((line) => line.slice(1).map((to, index) => ({ from: line[index] ?? to, to })));
    expect(pieces.filter(({ from, to }) => from.x !== to.x && from.y !== to.y)).toEqual([]);
    const covered = pieces.filter(({ from, to }) => layout.tables.some((table) => crosses(table, from, to)));
    expect(covered).toEqual([]);
  });

  test("each reference has its ends: at the table that refers, and at the one that is referred to", () => {
    const drawn = layout.wires.flatMap(({ references }) => references);
    expect(drawn).toHaveLength(diagram.references.length);
    for (const { references, ends, to } of layout.wires) {
      expect(ends).toHaveLength(references.length + 1);
      const touched = (id: string): boolean =>
        layout.tables.some(
          ({ table, x, y, width, height }) =>
            table.id === id &&
            ends.some((end) => (end.x === x || end.x === x + width) && end.y > y && end.y < y + height),
        );
      expect([to, ...references.map(({ from }) => from)].filter((id) => !touched(id))).toEqual([]);
    }
  });

  test("the same bytes every time", () => {
    expect(renderSvg(diagram, "x")).toBe(renderSvg(structuredClone(diagram), "x"));
  });
});

function overlap(a: PlacedTable, b: PlacedTable): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** True where a line runs through the inside of a table. */
function crosses({ x, y, width, height }: PlacedTable, from: Point, to: Point): boolean {
  return (
    Math.min(from.x, to.x) < x + width &&
    Math.max(from.x, to.x) > x &&
    Math.min(from.y, to.y) < y + height &&
    Math.max(from.y, to.y) > y
  );
}

test("around one table, as far as was asked", () => {
  const diagram = diagramOf(["a.b>a.a", "a.c>a.b", "a.d>a.c", "a.z"]);
  const names = (depth: number): string[] => around(diagram, "a.b", depth).tables.map(({ name }) => name);
  expect([names(0), names(1), names(2)]).toEqual([["b"], ["a", "b", "c"], ["a", "b", "c", "d"]]);
});

test("what would end a tag or an attribute does not", () => {
  const { tables, references } = diagramOf(["a.x"]);
  const [table] = tables;
  if (table === undefined) throw new Error("no table");
  const odd = renderSvg(
    { tables: [{ ...table, name: `<script>&"'\u0001`, comment: "]]> --" }], references },
    "<t>",
  );
  expect(odd).toContain("&lt;script&gt;&amp;&quot;&#39;�");
  expect(odd).not.toMatch(/<script|\u0001/);
});
