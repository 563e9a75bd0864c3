import { VezaError, usageError } from "../kernel/error.ts";
import type { Db, Row } from "../postgres/connect.ts";
import { queryFailure, serverErrorOf } from "../postgres/failure.ts";
import { classify } from "../sql/classify.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { splitStatements } from "../sql/split.ts";
import type { Report } from "./model.ts";
import { redact } from "./redact.ts";
import { ownMark, readStats } from "./session.ts";
import type { StatsSession } from "./session.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { TypeSearch, placeWithout, withGuesses } from "./parameter-types.ts";
import { requireStatements } from "./statements/require.ts";

/** One line of a plan, as EXPLAIN draws it. */
export interface PlanLine {
  readonly line: string;
}

export interface ExplainReport extends Report<PlanLine> {
  readonly queryid: string;
  readonly user: string;
  readonly database: string;
  readonly query: string;
  /** `generic`: the plan for parameters that are not known. */
  readonly plan: "generic" | "exact";
}

interface Entry extends Row {
  readonly user: string | null;
  readonly database: string | null;
  readonly query: string | null;
}

const explainable = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE"];

/** True for a text that looks like a statement with a plan. */
export function hasPlan(query: string): boolean {
  return explainable.includes(/^[\s(]*(\w+)/.exec(query)?.[1]?.toUpperCase() ?? "");
}

/** The plan of a statement that pg_stat_statements has counted. Nothing is executed. */
export async function explainQuery(db: Db, queryid: string): Promise<ExplainReport> {
  return readStats(db, async (session) => {
    const extension = requireStatements(session.facts);
    const text = fillIdentifiers(loadSql(import.meta.url, "./sql/statement-text.sql"), {
      schema: quoteIdentifier(extension.schema),
    });
    const entries = await session.query<Entry>(text, [queryid]);
    const entry = entries.find(({ database }) => database === session.facts.database) ?? entries[0];
    if (entry === undefined) throw unknownQuery(queryid, session);
    const query = requireExplainable(entry, session.facts.database);
    await session.query(loadSql(import.meta.url, "./sql/planner-settings.sql"));
    const hasParameters = /\$\d/.test(query);
    const lines = hasParameters ? await explainGeneric(db, session, query) : await explainPlain(db, query);
    if (hasParameters) {
      session.notes.add(
        "The plan is the generic one: the parameters are not known, and other values may get other plans.",
      );
    }
    session.notes.add("Nothing was executed: costs and rows are the planner's estimates.");
    return {
      rows: lines.map((line) => ({ line })),
      notes: session.notes.lines,
      next: lines.some((line) => /Seq Scan/.test(line)) ? ["stats indexes"] : [],
      server: { version: session.facts.version },
      queryid,
      user: entry.user ?? "",
      database: entry.database ?? "",
      query: redact(query),
      plan: hasParameters ? "generic" : "exact",
    };
  });
}

function unknownQuery(queryid: string, { facts }: StatsSession): VezaError {
  return new VezaError({
    code: "stats.unknown-query",
    ending: "usage",
    message: `pg_stat_statements knows no statement ${queryid} that the role ${facts.user} may see.`,
    hint: "veza-db stats slow-queries shows the ids.",
  });
}

/** The text, when it can be explained here: whole, of this database, one statement of a kind that has a plan. */
function requireExplainable({ query, database }: Entry, here: string): string {
  if (database !== here) {
    throw usageError(
      "stats.other-database",
      `The statement ran in the database "${database ?? ""}", not in "${here}".`,
      `Name that database: veza-db stats explain --url postgresql://…/${encodeURIComponent(database ?? "")}`,
    );
  }
  const content = query ?? "";
  const statements = [...splitStatements(content)];
  const command = classify(statements[0]?.sql ?? "").command;
  if (statements.length === 1 && explainable.includes(command.split(/[ (]/)[0] ?? ""))
    return statements[0]?.sql ?? "";
  if (content.trimStart().startsWith("(") && statements.length === 1) return content;
  throw usageError(
    "stats.no-plan",
    `A statement of the kind ${command} has no plan.`,
    "veza-db stats slow-queries",
    redact(content).slice(0, 500),
  );
}

async function explainPlain(db: Db, query: string): Promise<readonly string[]> {
  // The text comes from the server and is one statement of a kind that EXPLAIN does not execute.
  return linesOf(
    (await guard(async () => db.send(`EXPLAIN ${ownMark} (VERBOSE, SETTINGS) ${query}`), query)).rows,
  );
}

/** So many statements are sent in search of the types of parameters. */
const mostTries = 100;

/** The plan for parameters that are not known, not even their types where the text does not say them. */
async function explainGeneric(db: Db, session: StatsSession, query: string): Promise<readonly string[]> {
  if (db.facts.major < 16) await session.query(loadSql(import.meta.url, "./sql/force-generic.sql"));
  const search = new TypeSearch(query);
  let first: unknown;
  for (let tries = 0; tries < mostTries; tries++) {
    await db.send(loadSql(import.meta.url, "./sql/savepoint.sql"));
    const { guesses } = search;
    try {
      const lines = await planOf(db, session, withGuesses(query, guesses));
      if (guesses.size > 0)
        session.notes.add("The types of some parameters are guesses: with their literals they are gone.");
      return lines;
    } catch (error) {
      const server = serverErrorOf(error);
      if (server === undefined) throw error;
      first ??= error;
      await db.send(loadSql(import.meta.url, "./sql/rollback-to.sql"));
      const sent = Math.max(0, (server.position ?? 0) - prefixOf(db).length);
      const place = placeWithout(sent, query, guesses);
      if (!search.next({ sqlstate: server.sqlstate, message: server.message, place })) break;
    }
  }
  return guard(async () => Promise.reject(first), query);
}

const prepare = `PREPARE ${ownMark} veza_explain AS `;
const explain = `EXPLAIN ${ownMark} (GENERIC_PLAN, VERBOSE, SETTINGS) `;

/** What is sent ahead of the statement. */
function prefixOf(db: Db): string {
  return db.facts.major >= 16 ? explain : prepare;
}

/** Since 16 EXPLAIN plans for unknown parameters by itself; before, a prepared statement with NULLs is made to. */
async function planOf(db: Db, session: StatsSession, query: string): Promise<readonly string[]> {
  if (db.facts.major >= 16) return linesOf((await db.send(`${explain}${query}`)).rows);
  await db.send(`${prepare}${query}`);
  // Made outside of any transaction that is undone; behind a pooler somebody else would find it.
  const drop = async (): Promise<unknown> => db.send(`DEALLOCATE ${ownMark} veza_explain`);
  try {
    const [prepared] = await session.query<{ readonly count: number }>(
      loadSql(import.meta.url, "./sql/prepared-parameters.sql"),
    );
    const nulls = Array.from({ length: prepared?.count ?? 0 }, () => "NULL").join(", ");
    const call = `veza_explain${nulls === "" ? "" : `(${nulls})`}`;
    const lines = linesOf((await db.send(`EXPLAIN ${ownMark} (VERBOSE, SETTINGS) EXECUTE ${call}`)).rows);
    await drop();
    return lines;
  } catch (error) {
    if (db.isAlive) {
      await db.send(loadSql(import.meta.url, "./sql/rollback-to.sql"));
      await drop();
    }
    throw error;
  }
}

function linesOf(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => String(row["QUERY PLAN"]));
}

async function guard<T>(work: () => Promise<T>, query: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const server = serverErrorOf(error);
    if (server === undefined) throw error;
    if (server.sqlstate === "55P03") {
      throw new VezaError({
        code: "stats.gave-way",
        ending: "environment",
        message: "A table of the statement is locked exclusively, so that nobody can plan it now.",
        detail: `${redact(query).slice(0, 500)}\nSQLSTATE ${server.sqlstate}`,
        hint: "veza-db stats locks --tree",
        facts: { sqlstate: server.sqlstate },
        cause: error,
      });
    }
    throw queryFailure(error, "explaining the statement").with({
      code: "stats.cannot-explain",
      ending: "failed",
      detail: `${redact(query).slice(0, 500)}\nSQLSTATE ${server.sqlstate}`,
      hint: "The text may be cut, or its tables may have changed or lie outside of the search_path; explain it by hand in psql.",
    });
  }
}
