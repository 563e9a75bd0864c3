import { Names } from "../redact/names.ts";
import type { ComparedPeriod, ComparisonData } from "./model.ts";

/** A comparison without names and literals. */
export function redactComparison(data: ComparisonData): ComparisonData {
  const names = new Names();
  names.of("database", data.database);
  for (const { schema, table } of data.tables) names.qualified(`${schema}.${table}`);
  for (const { user, database } of data.queries) {
    names.of("user", user);
    names.of("database", database);
  }
  const anonymous = (period: ComparedPeriod): ComparedPeriod => ({
    ...period,
    name: "",
    events: period.events.map((event) => names.text(event)),
  });
  return {
    ...data,
    isRedacted: true,
    database: names.of("database", data.database),
    periods: [anonymous(data.periods[0]), anonymous(data.periods[1])],
    verdicts: data.verdicts.map((verdict) => ({
      ...verdict,
      evidence: names.text(verdict.evidence.replace(/ of the time: [\s\S]*$/, " of the time")),
    })),
    queries: data.queries.map((query) => ({
      ...query,
      user: names.of("user", query.user),
      database: names.of("database", query.database),
      query: names.sql(query.query),
    })),
    tables: data.tables.map((table) => ({
      ...table,
      schema: names.of("schema", table.schema),
      table: names.of("table", table.table),
    })),
  };
}
