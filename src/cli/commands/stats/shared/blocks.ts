import type { Report } from "../../../../stats/model.ts";
import { heading, hint, sql, text } from "../../../../ui/view.ts";
import type { Block } from "../../../../ui/view.ts";

/** What stands below every report: its notes, then what to do next. */
export function closing({ notes, next }: Pick<Report<unknown>, "notes" | "next">): readonly Block[] {
  return [
    ...(notes.length === 0 ? [] : [text("")]),
    ...notes.map((note) => text(`Note: ${note}`, "muted")),
    ...next.map((step) => hint(step)),
  ];
}

/** The whole texts of queries, one below the other. */
export function wholeQueries(
  queries: readonly { readonly title: string; readonly query: string }[],
): readonly Block[] {
  return queries.flatMap(({ title, query }) => [heading(title), sql(query)]);
}
