import { describeQuery } from "../../../query/describe.ts";
import type { QueryColumn } from "../../../query/model.ts";
import { readQueries } from "../../../query/read-folder.ts";
import { messageOf } from "../../../kernel/error.ts";
import { serverErrorOf } from "../../../postgres/failure.ts";
import { hint, table, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { namesDatabaseSomehow, openQueries } from "../../queries.ts";

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly file: string;
  readonly params: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly default?: string;
  }[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
}

interface ListData {
  readonly queries: readonly Listed[];
  readonly dir: string;
  readonly next: string;
}

export const command = defineCommand({
  description: "Reads the folder. Where a database is named, it says of each query which columns it gives.",
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query list", summary: "the queries of this project" },
    { command: "veza-db query list --embedded --json", summary: "with types and columns, for a program" },
  ],
  exits: [3],
  async run(context) {
    const folder = openQueries(context.settings);
    const queries = readQueries(folder);
    await using db =
      namesDatabaseSomehow(context) && queries.length > 0 ? await context.connect() : undefined;
    if (db === undefined && queries.length > 0)
      context.warn("No database is named, so the columns are those that the headers describe.");
    const listed: Listed[] = [];
    for (const query of queries) {
      let columns: readonly Pick<QueryColumn, "name" | "type" | "nullable">[] = query.columns.map(
        ({ name, type, isNullable }) => ({ name, type, nullable: isNullable }),
      );
      if (db !== undefined) {
        try {
          ({ columns } = await describeQuery(db, query));
        } catch (error) {
          if (serverErrorOf(error) === undefined) throw error;
          columns = [];
          context.warn(
            `${query.name} cannot run here: ${messageOf(error)}. See: ${again(context, "query", "check", query.name)}`,
          );
        }
      }
      listed.push({
        name: query.name,
        summary: query.summary,
        file: query.file,
        params: query.parameters.map(({ name, type, fallback }) => ({
          name,
          type,
          required: fallback === undefined,
          ...(typeof fallback === "string" ? { default: fallback } : {}),
        })),
        columns: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
      });
    }
    const data: ListData = {
      queries: listed,
      dir: folder.shownDir,
      next: again(context, "query", "show", listed[0]?.name ?? "<query>"),
    };
    return { data };
  },
  view: ({ queries, dir, next }) =>
    queries.length === 0
      ? [text(`There are no queries in ${dir}.`), hint(`write one as ${dir}/<area>/<name>.sql`)]
      : [
          table(
            ["name", "parameters", "answers"],
            queries.map(({ name, params, summary }) => [
              name,
              params.map((param) => (param.required ? param.name : `[${param.name}]`)).join(" "),
              summary,
            ]),
          ),
          text(""),
          text(`${count(queries.length, "query", "queries")} in ${dir}.`, "muted"),
          hint(next),
        ],
});
