/** A report without names and literals, to be shared. Pure; figures stay as they are. */
import { lacksIndex } from "../../partition/problems.ts";
import type { TableStatus } from "../../partition/status.ts";
import type { CheckObject } from "../../stats/check/model.ts";
import { renamed } from "../../stats/check/objects.ts";
import { lockedIn } from "../../stats/locked.ts";
import { whyOf } from "../../stats/reports/index-reasons.ts";
import type { IndexAbout } from "../../stats/reports/index-reasons.ts";
import type { IndexRow } from "../../stats/reports/indexes.ts";
import type { OverviewReport } from "../../stats/reports/overview.ts";
import { noSlowLog } from "../../stats/reports/redis.ts";
import type { History, Part, ReportData, ReportQuery } from "../model.ts";
import type { Unjudged } from "../verdicts.ts";
import { Names } from "./names.ts";

export interface Unredacted {
  readonly read: Unjudged;
  readonly overview: Part<OverviewReport>;
}

/** What was read, before it is judged: so that verdicts are made of aliases, and no sentence is searched for names. */
export function redactReport({ read, overview }: Unredacted): Unredacted {
  const names = new Names();
  learn(read, names);
  const { server } = read;
  return {
    read: {
      ...read,
      isRedacted: true,
      server:
        server === null
          ? null
          : {
              ...server,
              database: names.of("database", server.database),
              user: names.of("user", server.user),
              place: "a server",
            },
      period: { ...read.period, folder: "snapshots" },
      ...redactServer(read, names),
      ...redactProject(read, names),
      history: redactHistory(read.history, names),
      outcomes: read.outcomes.map((outcome) => ({ ...outcome, error: null })),
      // What was cut is followed by why, in words of the system.
      cut: read.cut.map((one) => (one.includes(": ") ? names.foreign(one) : one)),
    },
    overview: inPart(overview, names, (part) => ({
      ...part,
      rows: part.rows.map((row) => renamed(row, (object) => redactObject(object, names))),
    })),
  };
}

function redactObject({ kind, schema, name }: CheckObject, names: Names): CheckObject {
  // PostgreSQL's own databases keep their names; a table or an index may be a user's whatever it is called.
  if (kind === "database") return { kind, schema, name: names.of("database", name) };
  const alias = kind === "table" || kind === "index" ? kind : "name";
  return {
    kind,
    schema: schema === null ? null : names.of("schema", schema),
    name: names.learn(alias, name),
  };
}

/** Names first get the alias that says what they are, wherever they then stand. */
function learn(
  { server, tables, cache, queries, connections, indexes, partitions, history }: Unjudged,
  names: Names,
): void {
  if (server !== null) {
    names.of("database", server.database);
    names.of("user", server.user);
  }
  for (const { schema, table } of rowsOf(tables)) learnTable(schema, table, names);
  for (const { schema, table } of rowsOf(cache)) learnTable(schema, table, names);
  if (cache.state === "read") for (const { database } of cache.data.databases) names.of("database", database);
  for (const { schema, table, index } of rowsOf(indexes)) {
    learnTable(schema, table, names);
    names.learn("index", index);
  }
  for (const { name } of [...history.tables.series, ...history.runways.series]) names.qualified(name);
  if (partitions.state === "read") {
    for (const { table, column, partitions: parts } of partitions.data.tables) {
      names.qualified(table);
      names.of("column", column);
      for (const { name } of parts) names.learn("table", name);
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
  names.learn("table", table);
}

function learnPeople(user: string, database: string, names: Names): void {
  names.of("user", user);
  names.of("database", database);
}

function rowsOf<Row>(part: Part<{ readonly rows: readonly Row[] }>): readonly Row[] {
  return part.state === "read" ? part.data.rows : [];
}

/** What is read stays read; why something is missing is a sentence, of which the server or the system wrote the end. */
function inPart<T>(part: Part<T>, names: Names, change: (data: T) => T): Part<T> {
  if (part.state === "read") return { state: "read", data: change(part.data) };
  if (part.state === "unwanted") return part;
  const mend = part.mend?.startsWith("veza-db") === true ? names.mend(part.mend) : null;
  return { ...part, why: names.foreign(part.why), mend };
}

type ServerParts = Pick<
  ReportData,
  "queries" | "connections" | "wal" | "cache" | "tables" | "indexes" | "partitions"
>;

function redactServer(data: Unjudged, names: Names): ServerParts {
  const user = data.server?.user;
  const notes = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => redactNote(line, user, names));
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
        index: names.learn("index", row.index),
        ...redactReason(row, names),
        fix: row.fix === null ? null : names.sql(row.fix),
        undo: row.undo === null ? null : names.sql(row.undo),
      })),
      notes: notes(part.notes),
    })),
    partitions: inPart(data.partitions, names, (part) => ({
      misfits: part.misfits.map(({ why }) => ({ policy: "<path>", why: names.foreign(why) })),
      tables: part.tables.map((status) => ({
        ...status,
        table: names.qualified(status.table),
        column: names.of("column", status.column),
        partitions: status.partitions.map((one) => ({ ...one, name: names.of("table", one.name) })),
        problems: status.problems.map((problem) => ({
          ...problem,
          partition: problem.partition === null ? null : names.learn("table", problem.partition),
          ...redactProblem(problem, names),
          fix: names.mend(problem.fix),
        })),
      })),
    })),
  };
}

/** Of what is said of a part two things are names: a relation that is locked, and the role that may not see more. */
function redactNote(line: string, user: string | undefined, names: Names): string {
  if (/\(SQLSTATE (?!55P03|57014|42501)/.test(line)) return names.foreign(line);
  const relation = lockedIn(line);
  if (relation !== undefined) return names.qualified(relation) + line.slice(relation.length);
  return user === undefined ? line : names.without(line, "user", user);
}

function redactReason({ finding, about }: IndexRow, names: Names): Pick<IndexRow, "why" | "about"> {
  const renamedAbout = redactAbout(about, names);
  return { about: renamedAbout, why: whyOf(finding, renamedAbout) };
}

function redactAbout({ other, foreignKey }: IndexAbout, names: Names): IndexAbout {
  return {
    other: other === null ? null : names.learn("index", other),
    foreignKey:
      foreignKey === null
        ? null
        : {
            constraint: names.learn("name", foreignKey.constraint),
            columns: foreignKey.columns.map((column) => names.learn("column", column)),
            referenced: {
              schema: names.of("schema", foreignKey.referenced.schema),
              table: names.learn("table", foreignKey.referenced.table),
            },
          },
  };
}

function redactProblem(
  { kind, index, message }: TableStatus["problems"][number],
  names: Names,
): { readonly message: string; readonly index?: string } {
  if (index !== undefined) {
    const alias = names.learn("index", index);
    return { index: alias, message: lacksIndex(alias) };
  }
  // The reason is the server's.
  return { message: kind === "way-back" ? names.foreign(message) : message };
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
            why: plan.why === null ? null : names.foreign(plan.why),
          },
  };
}

function redactProject(data: Unjudged, names: Names): Pick<ReportData, "migrations" | "backups" | "redis"> {
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
        problem: one.problem === null ? null : names.foreign(one.problem),
      })),
      failure:
        part.failure === null ? null : { ...part.failure, message: names.foreign(part.failure.message) },
    })),
    redis: inPart(data.redis, names, (part) => ({
      ...part,
      place: "a server",
      notes: part.notes.map((note) => (note.startsWith(noSlowLog) ? `${noSlowLog}withheld` : note)),
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
    runways: {
      ...history.runways,
      series: history.runways.series.map((line) => ({ ...line, name: names.qualified(line.name) })),
    },
  };
}
