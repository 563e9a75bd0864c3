import type { Row } from "../../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { StatementsFacts } from "../model.ts";
import { ownMark } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { redact } from "../redact.ts";
import type { Statement, StatementsInfo } from "./model.ts";
import { normaliseStatement } from "./normalise.ts";
import { rankColumns } from "./rank.ts";
import type { Ranking } from "./rank.ts";

export interface StatementFilter {
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly minCalls: number | undefined;
}

export interface RankedStatements {
  readonly statements: readonly Statement[];
  readonly info: StatementsInfo;
  /** Of every entry, those of others and those not shown included; in milliseconds. */
  readonly allTotalMs: number;
}

/** The `limit` entries that rank first. Their texts are read later, for those alone that are shown. */
export async function readRanked(
  session: StatsSession,
  extension: StatementsFacts,
  by: Ranking,
  filter: StatementFilter,
  limit: number,
): Promise<RankedStatements> {
  const ranks = rankColumns(by, extension, session.facts);
  const column = (index: number): string => ranks[index] ?? "nothing";
  // Six places in the text; the columns of a version never are more.
  if (ranks.length > 6) throw new Error(`${ranks.length} columns to rank by`);
  const text = fillIdentifiers(loadSql(import.meta.url, "./sql/ranked.sql"), {
    schema: quoteIdentifier(extension.schema),
    time: quoteIdentifier(extension.columns.includes("total_exec_time") ? "total_exec_time" : "total_time"),
    rank1: quoteIdentifier(column(0)),
    rank2: quoteIdentifier(column(1)),
    rank3: quoteIdentifier(column(2)),
    rank4: quoteIdentifier(column(3)),
    rank5: quoteIdentifier(column(4)),
    rank6: quoteIdentifier(column(5)),
  });
  const { user = null, database = null, minCalls = null } = filter;
  const [rows, counted] = await Promise.all([
    session.query(text, [user, database, minCalls, limit]),
    readInfo(session, extension),
  ]);
  const [first = {}] = rows;
  return {
    statements: rows.map((row) => normaliseStatement(row, session.facts.blockBytes)),
    allTotalMs: Number(first["allTime"] ?? 0),
    info: {
      ...counted,
      entries: Number(first["allEntries"] ?? 0),
      hidden: Number(first["hiddenEntries"] ?? 0),
      maxEntries: extension.maxEntries,
    },
  };
}

/** Every entry that the role may see, and how many are hidden from it. */
export async function readAll(
  session: StatsSession,
  extension: StatementsFacts,
): Promise<{ readonly statements: readonly Statement[]; readonly info: StatementsInfo }> {
  const text = fillIdentifiers(loadSql(import.meta.url, "./sql/all.sql"), {
    schema: quoteIdentifier(extension.schema),
  });
  const [rows, counted] = await Promise.all([session.query(text), readInfo(session, extension)]);
  const seen = rows.filter(({ queryid }) => queryid !== null);
  return {
    statements: seen.map((row) => normaliseStatement(row, session.facts.blockBytes)),
    info: {
      ...counted,
      entries: rows.length,
      hidden: rows.length - seen.length,
      maxEntries: extension.maxEntries,
    },
  };
}

async function readInfo(
  session: StatsSession,
  extension: StatementsFacts,
): Promise<Pick<StatementsInfo, "evictions" | "resetAt">> {
  if (!extension.hasInfo) return { evictions: null, resetAt: null };
  const text = fillIdentifiers(loadSql(import.meta.url, "./sql/info.sql"), {
    schema: quoteIdentifier(extension.schema),
  });
  const [info] = await session.query<Pick<StatementsInfo, "evictions" | "resetAt">>(text);
  return info ?? { evictions: null, resetAt: null };
}

export interface StatementText {
  /** Without passwords; cut after so many characters as were asked for. */
  readonly text: string;
  /** The whole length in characters. */
  readonly length: number;
  readonly isCut: boolean;
  /** True for what veza-db sends itself. */
  readonly isOwn: boolean;
}

/** The texts of these entries and of every one that the tool itself has sent, by user, database and queryid: `textKey`. Nothing is read when there are none. */
export async function readTexts(
  session: StatsSession,
  extension: StatementsFacts,
  statements: readonly Statement[],
  mostCharacters: number,
): Promise<ReadonlyMap<string, StatementText>> {
  if (statements.length === 0) return new Map();
  const text = fillIdentifiers(loadSql(import.meta.url, "./sql/texts.sql"), {
    schema: quoteIdentifier(extension.schema),
  });
  const ids = [...new Set(statements.map(({ queryid }) => queryid))].join(",");
  const rows = await session.query<TextRow>(text, [`{${ids}}`, mostCharacters, ownPattern]);
  return new Map(
    rows.map(({ query, length, isCut, ...key }) => [
      textKey({ userId: String(key.userid), databaseId: String(key.dbid), queryid: String(key.queryid) }),
      { text: redact(query ?? ""), length: length ?? 0, isCut: isCut === true, isOwn: isOwn(query ?? "") },
    ]),
  );
}

interface TextRow extends Row {
  readonly userid: unknown;
  readonly dbid: unknown;
  readonly queryid: unknown;
  /** Null when the server could not read its file of texts. */
  readonly query: string | null;
  readonly length: number | null;
  readonly isCut: boolean | null;
}

export function textKey({
  userId,
  databaseId,
  queryid,
}: Pick<Statement, "userId" | "databaseId" | "queryid">): string {
  return `${userId}/${databaseId}/${queryid}`;
}

/** How a statement of ours begins, for the server and for us. */
const ownPattern = [
  ownMark.replaceAll("*", "\\*"),
  // PgBouncer passes our name on by itself.
  "^SET application_name *= *'veza-db ",
  "^SELECT pg_catalog\\.pg_backend_pid\\(\\) AS pid$",
  "^(RELEASE|ROLLBACK TO|SAVEPOINT)( SAVEPOINT)? veza_part$",
].join("|");

function isOwn(query: string): boolean {
  return new RegExp(ownPattern).test(query.slice(0, 80));
}
