import { readCatalog } from "../../../catalog/read.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { around, findTable } from "../../../schema/diagram/around.ts";
import { renderMermaid } from "../../../schema/diagram/mermaid.ts";
import { columnChoices } from "../../../schema/diagram/model.ts";
import type { ColumnChoice, Diagram } from "../../../schema/diagram/model.ts";
import { chooseColumns, planDiagram, usualColumns } from "../../../schema/diagram/plan.ts";
import { renderSvg } from "../../../schema/diagram/svg.ts";
import { ownTables } from "../../../schema/own-tables.ts";
import { table } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames } from "../../migrations.ts";

interface DiagramData extends Diagram {
  readonly database: string;
  readonly server: string;
  /** The table that it is drawn around, or null. */
  readonly around: string | null;
  readonly columns: ColumnChoice;
}

export const command = defineCommand({
  description: [
    "Draws tables, their columns and their foreign keys, grouped by schema: as text for Mermaid, or as an SVG that stands by itself.",
    "Partitions are told by their parent; the tool's own tables and those of extensions are left out.",
  ].join("\n"),
  flags: {
    around: flag.text("--around <table>", "this table and what it refers to or is referred to by"),
    depth: flag.integer("--depth <n>", "how many references away from --around (1)", 0),
    columns: flag.choice(
      "--columns <which>",
      "which columns are shown; keys alone where there are more than 40 tables",
      ["usual", ...columnChoices],
      "usual",
    ),
  },
  examples: [
    { command: "veza-db schema diagram --output svg --file schema.svg", summary: "a picture for the wiki" },
    {
      command: "veza-db schema diagram --around users --depth 2",
      summary: "Mermaid, what stands near users",
    },
    { command: "veza-db schema diagram -o markdown --file schema.md", summary: "a page that GitHub draws" },
  ],
  exits: [3],
  async run(context) {
    const { around: wish, depth, columns } = context.flags;
    await using db = await context.connect();
    const catalog = await readCatalog(db, { without: ownTables(historyNames(context)) });
    const whole = planDiagram(catalog);
    const middle = wish === undefined ? null : findTable(whole, wish);
    const part = middle === null ? whole : around(whole, middle, depth ?? 1);
    const choice = columns === "usual" ? usualColumns(part) : columns;
    const data: DiagramData = {
      ...chooseColumns(part, choice),
      database: db.target.database,
      server: describeTarget(db.target),
      around: middle,
      columns: choice,
    };
    return { data };
  },
  forms: {
    human: (data) => renderMermaid(data),
    mermaid: (data) => renderMermaid(data),
    svg: (data) => renderSvg(data, titleOf(data)),
    markdown: (data) => `\`\`\`mermaid\n${renderMermaid(data)}\`\`\`\n`,
  },
  view: ({ references }) => [
    table(
      ["name", "from", "columns", "to", "targetColumns"],
      references.map(({ name, from, columns, to, targetColumns }) => [
        name,
        from,
        columns.join(", "),
        to,
        targetColumns.join(", "),
      ]),
    ),
  ],
});

function titleOf({ database, around: middle, tables, references }: DiagramData): string {
  const what = `${count(tables.length, "table")}, ${count(references.length, "reference")}`;
  return `${database}${middle === null ? "" : ` around ${middle}`}: ${what}`;
}
