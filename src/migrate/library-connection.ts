import { usageError } from "../kernel/error.ts";
import { connect } from "../postgres/connect.ts";
import type { ConnectOptions, Db } from "../postgres/connect.ts";
import { namesDatabase, resolveTarget } from "../postgres/resolve-target.ts";
import { requireSupported } from "../postgres/supported.ts";
import type { Target } from "../postgres/target.ts";
import { settingsTable } from "../settings/table.ts";

export interface LibraryTarget {
  /** The connection string, where one named the database. */
  readonly given: string | undefined;
  readonly target: Target;
}

/** Where the library connects: the url given, else VEZA_DB_URL or DATABASE_URL, else libpq's own variables. */
export function libraryTarget(url: string | undefined): LibraryTarget {
  const { env } = process;
  const variable = settingsTable.url.env.find((name) => (env[name] ?? "") !== "");
  const given = url ?? (variable === undefined ? undefined : env[variable]);
  if (given === "embedded:") {
    throw usageError(
      "connection.embedded",
      "The library connects to a server that runs; embedded: is for the command line.",
      "veza-db dev up; the url is what veza-db dev url prints.",
    );
  }
  if (given === undefined && !namesDatabase(env)) {
    throw usageError(
      "connection.not-named",
      "No database is named.",
      "Give the url option, or set VEZA_DB_URL, DATABASE_URL or libpq's PGHOST and PGDATABASE.",
    );
  }
  const origin = url === undefined ? (variable ?? "the PG* environment variables") : "the url option";
  return { given, target: resolveTarget(given, origin, env).target };
}

/** A connection for the library's own work. */
export async function openLibraryConnection(
  target: Target,
  options: Pick<ConnectOptions, "applicationName" | "onNotice" | "keepsProcess">,
): Promise<Db> {
  return requireSupported(
    await connect(target, { ...options, connectTimeoutMs: settingsTable.connectTimeout.default }),
  );
}
