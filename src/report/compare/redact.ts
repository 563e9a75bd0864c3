import { Names } from "../redact/names.ts";
import type { ComparedPeriod, UnjudgedComparison } from "./model.ts";

/** A comparison without names and literals, before it is judged: what is then said of it is said of aliases. */
export function redactComparison(data: UnjudgedComparison): UnjudgedComparison {
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
    databases: period.databases.map((database) => names.of("database", database)),
    events: period.events.map((event) =>
      period.databases.reduce((text, database) => names.without(text, "database", database), event),
    ),
  });
  return {
    ...data,
    isRedacted: true,
    database: names.of("database", data.database),
    periods: [anonymous(data.periods[0]), anonymous(data.periods[1])],
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
