/** A database's properties as the statements that put them back. Pure. */
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import type { DatabasePrivilege, DatabaseProperties, DatabaseSetting } from "../model.ts";

/**
 * What CREATE DATABASE must be told, since it cannot be changed afterwards (or only by copying it all). `major` is the
 * server's: an older one lacks the later providers, and makes do with the C library's. The provider is always named,
 * since template0 may have another.
 */
export function creationOptions(properties: DatabaseProperties, major: number, tablespace?: string): string {
  const { encoding, collate, ctype, provider, locale, icuRules } = properties;
  const options = [
    `ENCODING ${quoteLiteral(encoding)}`,
    `LC_COLLATE ${quoteLiteral(collate)}`,
    `LC_CTYPE ${quoteLiteral(ctype)}`,
  ];
  if (provider === "i" && locale !== null && major >= 15) {
    options.push("LOCALE_PROVIDER icu", `ICU_LOCALE ${quoteLiteral(locale)}`);
    if (icuRules !== null && major >= 16) options.push(`ICU_RULES ${quoteLiteral(icuRules)}`);
  } else if (provider === "b" && locale !== null && major >= 17) {
    options.push("LOCALE_PROVIDER builtin", `BUILTIN_LOCALE ${quoteLiteral(locale)}`);
  } else if (major >= 15) {
    options.push("LOCALE_PROVIDER libc");
  }
  if (tablespace !== undefined) options.push(`TABLESPACE ${quoteIdentifier(tablespace)}`);
  return options.join(" ");
}

export interface PropertyWishes {
  readonly withOwner: boolean;
  readonly withPrivileges: boolean;
}

/** What can be changed afterwards, in an order in which it can be done by whoever may do it all. */
export function propertyStatements(
  database: string,
  properties: DatabaseProperties,
  { withOwner, withPrivileges }: PropertyWishes,
): string[] {
  const name = quoteIdentifier(database);
  const { owner, connectionLimit, isTemplate, comment, labels, privileges, settings } = properties;
  return [
    ...settings.map((setting) => settingStatement(database, setting)),
    ...(labels ?? []).map(
      ({ provider, label }) =>
        `SECURITY LABEL FOR ${quoteIdentifier(provider)} ON DATABASE ${name} IS ${quoteLiteral(label)}`,
    ),
    ...(comment === null ? [] : [`COMMENT ON DATABASE ${name} IS ${quoteLiteral(comment)}`]),
    ...(connectionLimit === -1 ? [] : [`ALTER DATABASE ${name} CONNECTION LIMIT ${connectionLimit}`]),
    ...(isTemplate ? [`ALTER DATABASE ${name} IS_TEMPLATE true`] : []),
    ...(withOwner ? [`ALTER DATABASE ${name} OWNER TO ${quoteIdentifier(owner)}`] : []),
    ...(withPrivileges ? privilegeStatements(database, owner, privileges) : []),
  ];
}

/** Settings that are lists of names, whose text is quoted by itself already. */
const lists = new Set([
  "local_preload_libraries",
  "search_path",
  "session_preload_libraries",
  "shared_preload_libraries",
  "temp_tablespaces",
  "unix_socket_directories",
]);

function settingStatement(database: string, { role, name, value }: DatabaseSetting): string {
  const where = `DATABASE ${quoteIdentifier(database)}`;
  const target = role === null ? where : `ROLE ${quoteIdentifier(role)} IN ${where}`;
  const parts = name
    .split(".")
    .map((part) => quoteIdentifier(part))
    .join(".");
  const values = lists.has(name) ? splitNames(value) : [value];
  return `ALTER ${target} SET ${parts} TO ${values.map((one) => quoteLiteral(one)).join(", ") || "''"}`;
}

/** The names of a list as the server keeps it: `"$user", public`. */
export function splitNames(list: string): string[] {
  return [...list.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? "",
  );
}

/** From nothing to exactly these; null is the server's own default, which a new database has already. */
function privilegeStatements(
  database: string,
  owner: string,
  privileges: readonly DatabasePrivilege[] | null,
): string[] {
  if (privileges === null) return [];
  const on = `ON DATABASE ${quoteIdentifier(database)}`;
  return [
    `REVOKE ALL ${on} FROM PUBLIC, ${quoteIdentifier(owner)}`,
    ...privileges.map(
      ({ grantee, privilege, grantable }) =>
        `GRANT ${privilege} ${on} TO ${grantee === null ? "PUBLIC" : quoteIdentifier(grantee)}${grantable ? " WITH GRANT OPTION" : ""}`,
    ),
  ];
}
