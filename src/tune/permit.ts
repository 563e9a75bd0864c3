import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { Configuration } from "./read.ts";
import { brokenLines } from "./validate.ts";

const unchanged = "Nothing was changed.";

export interface Forbidden {
  readonly detail: readonly string[];
  readonly hint: string;
}

/**
 * Whether ALTER SYSTEM may be used on this server by this role, and would take effect. Throws `refused` where the server
 * is a provider's, forbids it or has a broken file; `environment` where a privilege is missing. `again` aims a command at the same server;
 * `forbidden` says what is to be done where the server's own file forbids it: to hand the settings on, unless it is given.
 */
export async function requirePermit(
  db: Db,
  { server, lines, settings }: Configuration,
  names: readonly string[],
  again: (...words: readonly string[]) => string,
  forbidden: Forbidden = { detail: [], hint: again("tune", "-o", "conf") },
): Promise<void> {
  if (db.facts.isPooled)
    throw new VezaError({
      code: "tune.pooler",
      ending: "refused",
      message: `${db.target.host}:${db.target.port} is a connection pooler, and what took effect is read back in a new session.`,
      hint: "Name the server itself with --direct-url <dsn> or DIRECT_DATABASE_URL.",
      state: unchanged,
    });
  if (server.platform !== "self" || !server.allowsAlterSystem)
    throw new VezaError({
      code: "tune.alter-system-refused",
      ending: "refused",
      message: "This server does not take ALTER SYSTEM.",
      detail:
        server.platform === "self"
          ? ["allow_alter_system is off: its files are kept by something else.", ...forbidden.detail].join(
              "\n",
            )
          : "It is run by a provider, whose own commands change its settings.",
      hint: server.platform === "self" ? forbidden.hint : again("tune", "-o", server.platform),
      state: unchanged,
      facts: { platform: server.platform },
    });
  const ungranted = await findUngranted(db, server.isSuperuser, server.major, names);
  const lacks = [
    ...(ungranted.length === 0 ? [] : [`ALTER SYSTEM of ${ungranted.join(", ")}`]),
    ...(server.mayReload ? [] : ["EXECUTE on pg_reload_conf()"]),
    ...(lines === null ? ["SELECT on pg_file_settings and EXECUTE on pg_show_all_file_settings()"] : []),
  ];
  if (lacks.length > 0)
    throw new VezaError({
      code: "tune.privilege-missing",
      ending: "environment",
      message: `The role ${server.user} may not change the server's settings.`,
      detail: `It lacks:\n${lacks.join("\n")}`,
      hint: `Connect as a superuser, or hand the settings on: ${again("tune", "-o", "sql")}`,
      state: unchanged,
    });
  refuseBrokenLines({ lines, settings });
}

/** A file that the server cannot read whole is not read at all at a reload, or keeps it from starting. */
export function refuseBrokenLines({ lines, settings }: Pick<Configuration, "lines" | "settings">): void {
  const broken = brokenLines(lines ?? [], settings);
  const [first] = broken;
  if (first === undefined) return;
  throw new VezaError({
    code: "tune.broken-configuration",
    ending: "refused",
    message: "The server's configuration files have lines that it cannot use.",
    detail: broken
      .map(
        ({ file, line, name, error }) => `${file}:${line}: ${name === null ? "" : `${name}: `}${error ?? ""}`,
      )
      .join("\n"),
    hint: `Mend ${first.file} at line ${first.line}; psql -c "SELECT * FROM pg_file_settings WHERE error IS NOT NULL" lists them.`,
    state: unchanged,
  });
}

async function findUngranted(
  db: Db,
  isSuperuser: boolean,
  major: number,
  names: readonly string[],
): Promise<readonly string[]> {
  if (isSuperuser) return [];
  // Before 15 nobody else could be granted it.
  if (major < 15) return names;
  try {
    const rows = await db.query<{ name: string }>(loadSql(import.meta.url, "./sql/ungranted.sql"), [
      `{${names.join(",")}}`,
    ]);
    return rows.map(({ name }) => name);
  } catch (error) {
    throw queryFailure(error, "asking what the role may set");
  }
}
