import { flagOf } from "../../../query/bind.ts";
import { describeQuery } from "../../../query/describe.ts";
import type { QueryColumn } from "../../../query/model.ts";
import { readQuery } from "../../../query/read-folder.ts";
import { valueTypeOf } from "../../../query/value-types.ts";
import { messageOf } from "../../../kernel/error.ts";
import { serverErrorOf } from "../../../postgres/failure.ts";
import { heading, hint, sql, table, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { namesDatabaseSomehow, openQueries } from "../../queries.ts";

interface ShownParameter {
  readonly name: string;
  readonly flag: string;
  readonly type: string;
  readonly expects: string;
  readonly required: boolean;
  readonly default: string | null;
  readonly summary: string;
}

interface ShowData {
  readonly name: string;
  readonly file: string;
  readonly summary: string;
  readonly notes: readonly string[];
  readonly params: readonly ShownParameter[];
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly nullable: boolean;
    readonly summary: string;
  }[];
  readonly cursors: readonly (readonly string[])[];
  /** As the server gets it, with numbered parameters. */
  readonly sql: string;
  /** As it stands in the file. */
  readonly text: string;
  readonly next: string;
}

export const command = defineCommand({
  description: "Where a database is named, the columns are its own description of them.",
  args: [{ name: "<query>", summary: "its name, e.g. users.profile" }],
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query show chat.messages", summary: "what it takes, what it gives, what it costs" },
    {
      command: "veza-db query show chat.messages -o sql",
      summary: "the statement with $1, $2, … as drivers take it",
    },
  ],
  exits: [3],
  forms: { sql: ({ sql: statement }: ShowData) => `${statement};\n` },
  async run(context) {
    const query = readQuery(openQueries(context.settings), context.args[0] ?? "");
    await using db = namesDatabaseSomehow(context) ? await context.connect() : undefined;
    let columns: readonly Omit<QueryColumn, "typeOid">[] = query.columns.map((note) => ({
      ...note,
      nullable: note.isNullable,
    }));
    if (db === undefined) {
      context.warn("No database is named, so the columns are those that the header describes.");
    } else {
      try {
        ({ columns } = await describeQuery(db, query));
      } catch (error) {
        if (serverErrorOf(error) === undefined) throw error;
        context.warn(
          `It cannot run here: ${messageOf(error)}. See: ${again(context, "query", "check", query.name)}`,
        );
      }
    }
    const required = query.parameters.filter(({ fallback }) => fallback === undefined);
    const data: ShowData = {
      name: query.name,
      file: query.file,
      summary: query.summary,
      notes: query.notes,
      params: query.parameters.map((parameter) => ({
        name: parameter.name,
        flag: flagOf(parameter.name),
        type: parameter.type,
        expects: valueTypeOf(parameter.type, parameter).expects,
        required: parameter.fallback === undefined,
        default: parameter.fallback ?? null,
        summary: parameter.summary,
      })),
      columns: columns.map(({ name, type, nullable, summary }) => ({ name, type, nullable, summary })),
      cursors: query.cursors,
      sql: query.statement.sql,
      text: query.text,
      next: again(
        context,
        "query",
        "run",
        query.name,
        ...required.map(({ name, type }) => `${flagOf(name)} <${type}>`),
      ),
    };
    return { data };
  },
  view: showView,
});

function showView({ name, file, summary, notes, params, columns, sql: statement, next }: ShowData): Block[] {
  return [
    heading(`${name}  (${file})`),
    text(summary),
    ...(notes.length === 0 ? [] : [text(""), text(notes.join("\n"))]),
    ...(params.length === 0
      ? []
      : [
          heading("Parameters"),
          table(
            ["flag", "type", "left out", "what it is"],
            params.map((param) => [
              param.flag,
              param.type,
              param.required ? "required" : (param.default ?? "null"),
              param.summary,
            ]),
          ),
        ]),
    ...(columns.length === 0
      ? []
      : [
          heading("Columns"),
          table(
            ["column", "type", "null", "what it is"],
            columns.map((column) => [
              column.name,
              column.type,
              column.nullable ? "may be" : "never",
              column.summary,
            ]),
          ),
        ]),
    heading("Statement"),
    sql(statement),
    text(""),
    hint(next),
  ];
}
