import { setTimeout as sleep } from "node:timers/promises";
import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { quoteLiteral } from "../sql/quote.ts";
import { Gathering, assemble } from "./assemble.ts";
import type { Catalog } from "./model.ts";

/** A table, by its bare names. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

export interface CatalogWishes {
  /** Tables of the tool's own, left out with all that belongs to them. */
  readonly without?: readonly TableName[];
  /** Roles that are one with the role that migrates: what they own has no owner worth telling. The database's owner unless told otherwise. */
  readonly migrators?: readonly string[];
  /** Reads what needs what, too. */
  readonly withDependencies?: boolean;
  /** A snapshot that another session has exported and still holds. */
  readonly snapshot?: string;
}

export interface SessionRow {
  readonly database: string;
  readonly owner: string;
  readonly id: number;
  readonly version: number;
  readonly isSuperuser: boolean;
  readonly user: string;
}

/** Queries whose rows are objects, in the order in which objects are made. */
export const objectQueries = [
  "settings",
  "schemas",
  "extensions",
  "languages",
  "access-methods",
  "collations",
  "conversions",
  "types",
  "routines",
  "operators",
  "operator-families",
  "operator-classes",
  "casts",
  "transforms",
  "text-search",
  "foreign-data",
  "relations",
  "columns",
  "sequences",
  "constraints",
  "indexes",
  "rules",
  "triggers",
  "policies",
  "statistics",
  "event-triggers",
  "publications",
  "publication-tables",
  "publication-schemas",
  "subscriptions",
  "default-privileges",
] as const;

/** What is told of objects that other queries gave. */
export const annotationQueries = [
  "session",
  "grants",
  "comments",
  "security-labels",
  "members",
  "extension-dependants",
  "dependencies",
  "subscription-connections",
  "unmodelled",
] as const;

type ObjectQuery = (typeof objectQueries)[number];
export type AnnotationQuery = (typeof annotationQueries)[number];
type QueryName = ObjectQuery | AnnotationQuery;

/** Catalogs that came with a later version than the oldest one. */
const since: Partial<Record<ObjectQuery, number>> = { "publication-schemas": 15 };

/**
 * Names come out qualified, times in UTC, numbers whole, whatever the role or the database has set. The statement that
 * begins the snapshot is the first query.
 */
const begin = [
  "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  "SET LOCAL search_path = ''",
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL IntervalStyle = 'postgres'",
  "SET LOCAL extra_float_digits = 1",
  "SET LOCAL quote_all_identifiers = off",
  "SET LOCAL standard_conforming_strings = on",
  "SET LOCAL jit = off",
].join("; ");

const attempts = 8;

/** Reads the whole schema in one snapshot, by a fixed number of queries that are sent ahead of their answers. */
export async function readCatalog(db: Db, wishes: CatalogWishes = {}): Promise<Catalog> {
  for (let attempt = 1; ; attempt++) {
    try {
      return assemble(await gather(db, wishes), wishes, db.facts.major);
    } catch (error) {
      if (!isChanging(error)) throw error;
      if (attempt === attempts) throw changing(error);
      await sleep(attempt * 40);
    }
  }
}

async function gather(db: Db, { snapshot, withDependencies = false }: CatalogWishes): Promise<Gathering> {
  const objects = objectQueries.filter((name) => (since[name] ?? 0) <= db.facts.major);
  const notes = annotationQueries.filter(
    (name) => name !== "subscription-connections" && (name !== "dependencies" || withDependencies),
  );
  const join = snapshot === undefined ? "" : `; SET TRANSACTION SNAPSHOT ${quoteLiteral(snapshot)}`;
  const gathering = new Gathering();
  // Each answer is worked on while the server is at the next question.
  const landed = await db.question(() =>
    Promise.allSettled([
      db.send(`${begin}${join}`),
      ...objects.map(async (name) => gathering.takeObjects((await db.send(textOf(name))).rows)),
      ...notes.map(async (name) => gathering.takeNotes(name, (await db.send(textOf(name))).rows)),
    ]),
  );
  try {
    const failed = landed.find((result) => result.status === "rejected");
    if (failed !== undefined)
      throw isChanging(failed.reason) ? failed.reason : queryFailure(failed.reason, "reading the catalog");
    if (gathering.notes("session")[0]?.["isSuperuser"] === true) {
      const { rows } = await db.send(textOf("subscription-connections"));
      gathering.takeNotes("subscription-connections", rows);
    }
  } finally {
    if (db.isAlive) await db.rollback();
  }
  return gathering;
}

function textOf(name: QueryName): string {
  return loadSql(import.meta.url, `./sql/${name}.sql`);
}

/** The functions that deparse look at the present, not at the snapshot: what was dropped meanwhile they do not find. */
function isChanging(error: unknown): boolean {
  return (
    sqlstateOf(error) === "XX000" &&
    /cache lookup failed|could not (?:open relation with OID|find tuple)/.test(messageOf(error))
  );
}

function changing(error: unknown): VezaError {
  return new VezaError({
    code: "catalog.changing",
    ending: "failed",
    message: "The schema kept changing while it was being read.",
    detail: messageOf(error),
    hint: "Run the command again when no migration is under way.",
    state: "Nothing was changed.",
    cause: error,
  });
}
