/** A report without names and literals, to be shared. Pure; figures stay as they are. */
import type { History, Part, ReportData, ReportQuery } from "../model.ts";
import { Names } from "./names.ts";

export function redactReport(data: ReportData): ReportData {
  const names = new Names();
  learn(data, names);
  const { server } = data;
  return {
    ...data,
    isRedacted: true,
    server:
      server === null
        ? null
        : { ...server, database: names.of("database", server.database), place: "a server" },
    period: { ...data.period, folder: "snapshots" },
    verdicts: data.verdicts.map((verdict) => ({
      ...verdict,
      what: names.text(verdict.what),
      evidence: names.text(cutText(verdict.evidence)),
      mend: verdict.mend === null ? null : names.mend(verdict.mend),
    })),
    well: data.well.map((one) => names.text(one)),
    ...redactServer(data, names),
    ...redactProject(data, names),
    history: redactHistory(data.history, names),
    outcomes: data.outcomes.map((outcome) => ({
      ...outcome,
      error: outcome.error === null ? null : names.text(outcome.error),
    })),
    cut: data.cut.map((one) => names.text(one)),
  };
}

/** The text of a query at the end of a sentence goes, and so do the names of migrations behind their ids. */
function cutText(evidence: string): string {
  return evidence
    .replace(/ of the time: [\s\S]*$/, " of the time")
    .replace(/(\d{4}-\d\d-\d\d-\d+)(?: |-)[^,]+/g, "$1");
}

/** Names first get the alias that says what they are, wherever they then stand. */
function learn(
  { server, tables, cache, queries, connections, indexes, partitions, history }: ReportData,
  names: Names,
): void {
  if (server !== null) names.of("database", server.database);
  for (const { schema, table } of rowsOf(tables)) learnTable(schema, table, names);
  for (const { schema, table } of rowsOf(cache)) learnTable(schema, table, names);
  if (cache.state === "read") for (const { database } of cache.data.databases) names.of("database", database);
  for (const { schema, table, index } of rowsOf(indexes)) {
    learnTable(schema, table, names);
    names.of("index", index);
  }
  for (const { name } of history.tables.series) names.qualified(name);
  if (partitions.state === "read") {
    for (const { table, column, partitions: parts } of partitions.data.tables) {
      names.qualified(table);
      names.of("column", column);
      for (const { name } of parts) names.of("table", name);
    }
  }
  for (const { user, database } of rowsOf(queries)) learnPeople(user, database, names);
  for (const { user, database, application } of rowsOf(connections)) {
    learnPeople(user, database, names);
    names.of("application", application);
  }
}

function learnTable(schema: string, table: string, names: Names): void {
  names.of("schema", schema);
  names.of("table", table);
}

function learnPeople(user: string, database: string, names: Names): void {
  names.of("user", user);
  names.of("database", database);
}

function rowsOf<Row>(part: Part<{ readonly rows: readonly Row[] }>): readonly Row[] {
  return part.state === "read" ? part.data.rows : [];
}

/** What is read stays read; why something is missing is a sentence. */
function inPart<T>(part: Part<T>, names: Names, change: (data: T) => T): Part<T> {
  if (part.state === "read") return { state: "read", data: change(part.data) };
  return { ...part, why: names.text(part.why), mend: part.mend === null ? null : names.text(part.mend) };
}

type ServerParts = Pick<
  ReportData,
  "queries" | "connections" | "wal" | "cache" | "tables" | "indexes" | "partitions"
>;

function redactServer(data: ReportData, names: Names): ServerParts {
  const notes = (lines: readonly string[]): readonly string[] => lines.map((line) => names.text(line));
  const named = <T extends { readonly schema: string; readonly table: string }>(row: T): T => ({
    ...row,
    schema: names.of("schema", row.schema),
    table: names.of("table", row.table),
  });
  return {
    queries: inPart(data.queries, names, (part) => ({
      ...part,
      rows: part.rows.map((row) => redactQuery(row, names)),
      notes: notes(part.notes),
    })),
    connections: inPart(data.connections, names, (part) => ({
      ...part,
      rows: part.rows.map((row) => ({
        ...row,
        database: names.of("database", row.database),
        user: names.of("user", row.user),
        application: names.of("application", row.application),
      })),
      limits: part.limits.map((limit) => ({
        ...limit,
        name: names.of(limit.kind === "role" ? "user" : "database", limit.name),
      })),
      notes: notes(part.notes),
      next: notes(part.next),
    })),
    wal: inPart(data.wal, names, (part) => ({ rows: part.rows, notes: notes(part.notes) })),
    cache: inPart(data.cache, names, (part) => ({
      ...part,
      rows: part.rows.map(named),
      databases: part.databases.map((row) => ({ ...row, database: names.of("database", row.database) })),
      notes: notes(part.notes),
      next: notes(part.next),
    })),
    tables: inPart(data.tables, names, (part) => ({
      ...part,
      rows: part.rows.map(named),
      notes: notes(part.notes),
    })),
    indexes: inPart(data.indexes, names, (part) => ({
      rows: part.rows.map((row) => ({
        ...named(row),
        index: names.of("index", row.index),
        why: names.text(row.why),
        fix: row.fix === null ? null : names.sql(row.fix),
        undo: row.undo === null ? null : names.sql(row.undo),
      })),
      notes: notes(part.notes),
    })),
    partitions: inPart(data.partitions, names, (part) => ({
      tables: part.tables.map((status) => ({
        ...status,
        table: names.qualified(status.table),
        column: names.of("column", status.column),
        partitions: status.partitions.map((one) => ({ ...one, name: names.of("table", one.name) })),
        problems: status.problems.map((problem) => ({
          ...problem,
          partition: problem.partition === null ? null : names.of("table", problem.partition),
          message: names.text(problem.message),
          fix: names.mend(problem.fix),
        })),
      })),
    })),
  };
}

function redactQuery(row: ReportQuery, names: Names): ReportQuery {
  const { plan } = row;
  return {
    ...row,
    user: names.of("user", row.user),
    database: names.of("database", row.database),
    query: names.sql(row.query),
    plan:
      plan === null
        ? null
        : {
            lines: plan.lines.map((line) => names.plan(line)),
            why: plan.why === null ? null : names.text(plan.why),
          },
  };
}

function redactProject(data: ReportData, names: Names): Pick<ReportData, "migrations" | "backups" | "redis"> {
  return {
    migrations: inPart(data.migrations, names, (part) => ({
      ...part,
      applied: part.applied.map((one) => ({ ...one, name: "" })),
      pending: part.pending.map((one) => ({ ...one, name: "" })),
      problems: part.problems.map((one) => ({ ...one, message: `${one.kind}: ${one.id}` })),
      failed: part.failed.map((one) => ({ ...one, name: "", message: null, by: "", host: null })),
    })),
    backups: inPart(data.backups, names, (part) => ({
      ...part,
      backups: part.backups.map((one) => ({
        ...one,
        database: one.database === null ? null : names.of("database", one.database),
        problem: one.problem === null ? null : names.text(one.problem),
      })),
      failure: part.failure === null ? null : { ...part.failure, message: names.text(part.failure.message) },
    })),
    redis: inPart(data.redis, names, (part) => ({
      ...part,
      place: "a server",
      notes: part.notes.map((note) => names.text(note)),
      slowLog: part.slowLog.map((one) => ({
        ...one,
        command: one.command.split(" ", 1)[0] ?? "",
        client: "",
      })),
    })),
  };
}

function redactHistory(history: History, names: Names): History {
  return {
    ...history,
    tables: {
      ...history.tables,
      series: history.tables.series.map((line) => ({ ...line, name: names.qualified(line.name) })),
    },
    events: history.events.map((event) => ({ ...event, what: names.text(event.what) })),
  };
}
