import type { Db } from "../postgres/connect.ts";
import { serverErrorOf } from "../postgres/failure.ts";
import type { ServerError } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { blameMigration } from "./blame.ts";
import type { AppliedText, Blame } from "./blame.ts";
import { arrayText, describeQuery } from "./describe.ts";
import type { Described } from "./describe.ts";
import type { Query } from "./model.ts";
import { placeOf } from "./place.ts";
import type { UnreadableQuery } from "./read-folder.ts";

const declaredTypesSql = loadSql(import.meta.url, "sql/declared-types.sql");

export interface Checked {
  readonly name: string;
  readonly ok: boolean;
  /** One line: what is wrong, where, and which migration made it so. */
  readonly error?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly sqlstate?: string;
  /** Why the file is no query at all, as the other commands would fail with it. */
  readonly code?: string;
  /** The column, table, function or type that is missing. */
  readonly missing?: string;
  readonly migration?: Blame;
  /** The line with a caret, and what else the server said. */
  readonly detail?: string;
}

/**
 * Has each query parsed by the server, and holds what it gives against what its header says. A file that is no query is as
 * wrong as one that no longer fits.
 */
export async function checkQueries(
  db: Db,
  queries: readonly (Query | UnreadableQuery)[],
  readApplied: () => Promise<readonly AppliedText[]>,
): Promise<Checked[]> {
  let applied: readonly AppliedText[] | undefined;
  const checked: Checked[] = [];
  for (const query of queries) {
    if ("problem" in query) {
      checked.push(unreadable(query));
      continue;
    }
    try {
      checked.push(await judge(db, query, await describeQuery(db, query)));
    } catch (error) {
      const server = serverErrorOf(error);
      if (server === undefined) throw error;
      applied ??= await readApplied();
      checked.push(explain(query, server, applied));
    }
  }
  return checked;
}

function unreadable({ name, file, problem }: UnreadableQuery): Checked {
  const { line, column } = problem.facts;
  const detail = [problem.detail, problem.hint].filter((part) => part !== undefined).join("\n");
  return {
    name,
    ok: false,
    error: problem.message,
    file,
    ...(typeof line === "number" ? { line } : {}),
    ...(typeof column === "number" ? { column } : {}),
    code: problem.code,
    ...(detail === "" ? {} : { detail }),
  };
}

/** The names after which each kind of thing is looked for in the migrations. */
const missingStates = ["42703", "42P01", "42883", "42704", "42702", "42804", "3F000"];

function explain(query: Query, server: ServerError, applied: readonly AppliedText[]): Checked {
  const place = server.position === undefined ? undefined : placeOf(query, server.position);
  const names =
    place === undefined || !missingStates.includes(server.sqlstate)
      ? []
      : namesAt(query.text, place.offset, place.lineText);
  const migration = blameMigration(names, applied);
  const [missing] = names;
  const where = place === undefined ? query.file : `${query.file}:${place.line}:${place.column}`;
  const who =
    migration === undefined
      ? ""
      : `; see migration ${migration.id}-${migration.name}: ${migration.statement}`;
  const detail = [place?.excerpt, server.detail, server.hint].filter((part) => part !== undefined).join("\n");
  return {
    name: query.name,
    ok: false,
    error: `${where}: ${server.message}${who}`,
    file: query.file,
    ...(place === undefined ? {} : { line: place.line, column: place.column }),
    sqlstate: server.sqlstate,
    ...(missing === undefined ? {} : { missing }),
    ...(migration === undefined ? {} : { migration }),
    ...(detail === "" ? {} : { detail }),
  };
}

/** The name that the error points at, without what qualifies it; then the other names of its line, nearest first. */
function namesAt(text: string, offset: number, line: string): string[] {
  const path = /^(?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*))*/u.exec(
    text.slice(offset),
  );
  const pointed = path?.[0].split(".").at(-1)?.replaceAll('"', "");
  const others = pointed === undefined ? (line.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []) : [];
  return pointed === undefined ? others : [pointed];
}

/** A header that says of a column what is not so is as wrong as a statement. */
async function judge(db: Db, query: Query, described: Described): Promise<Checked> {
  const written = query.columns.map(({ type }) => type);
  const rows = await db.query<{ written: string; oid: string | null }>(declaredTypesSql, [
    arrayText(written),
  ]);
  for (const note of query.columns) {
    const column = described.columns.find(({ name }) => name === note.name);
    const oid = rows.find((row) => row.written === note.type)?.oid ?? null;
    const problem =
      column === undefined
        ? `the header describes the column ${note.name}, which the query does not give`
        : oid === null
          ? `the header gives the column ${note.name} the type ${note.type}, which does not exist`
          : Number(oid) === column.typeOid
            ? undefined
            : `the column ${note.name} is ${column.type}; the header says ${note.type}`;
    if (problem === undefined) continue;
    return {
      name: query.name,
      ok: false,
      error: `${query.file}:${note.line}: ${problem}`,
      file: query.file,
      line: note.line,
    };
  }
  return { name: query.name, ok: true };
}
