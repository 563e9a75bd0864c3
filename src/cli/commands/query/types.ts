import { describeQuery } from "../../../query/describe.ts";
import { explainQueryFailure } from "../../../query/failure.ts";
import { readQueries } from "../../../query/read-folder.ts";
import { renderTypes } from "../../../query/typescript.ts";
import type { DescribedQuery } from "../../../query/typescript.ts";
import { sql } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { openQueries } from "../../queries.ts";

interface TypesData {
  readonly queries: readonly {
    readonly name: string;
    readonly params: readonly { readonly name: string; readonly type: string; readonly required: boolean }[];
    readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  }[];
  readonly typescript: string;
}

export const command = defineCommand({
  description:
    "Types and nullability are the server's own: a column is never null when it is a NOT NULL column of a table that no outer join " +
    "may leave without a row. A header says what cannot be told: -- column: <name> <type> not null.",
  args: [{ name: "[queries...]", summary: "only these, by name" }],
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query types --file src/queries.d.ts", summary: "declarations for an application" },
    { command: "veza-db query types users.profile", summary: "of one query, on the screen" },
  ],
  exits: [3, 5],
  async run(context) {
    const queries = readQueries(openQueries(context.settings), context.args);
    await using db = await context.connect();
    const found: DescribedQuery[] = [];
    for (const query of queries) {
      try {
        found.push({ query, described: await describeQuery(db, query) });
      } catch (error) {
        throw explainQueryFailure(error, query, { timeoutMs: undefined, state: "Nothing was written." });
      }
    }
    const data: TypesData = {
      queries: found.map(({ query, described }) => ({
        name: query.name,
        params: query.parameters.map(({ name, type, fallback }) => ({
          name,
          type,
          required: fallback === undefined,
        })),
        columns: described.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
      })),
      typescript: renderTypes(found),
    };
    return { data };
  },
  view: ({ typescript }) => [sql(typescript)],
});
