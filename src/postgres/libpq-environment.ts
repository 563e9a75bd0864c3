import type { Target } from "./target.ts";

/**
 * The environment with which a program of PostgreSQL's connects to a target. Everything goes this way, the database's
 * name too: among the arguments a name with an equals sign would be read as a connection string, and a password would
 * stand in the process list.
 */
export function libpqEnvironment(target: Target, applicationName: string): Record<string, string> {
  const { password, sslRootCert, sslCert, sslKey, connectTimeout, options } = target;
  const optional = {
    PGPASSWORD: password,
    PGSSLROOTCERT: sslRootCert,
    PGSSLCERT: sslCert,
    PGSSLKEY: sslKey,
    PGCONNECT_TIMEOUT: connectTimeout?.toString(),
    PGOPTIONS: options,
  };
  const environment: Record<string, string> = {
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGDATABASE: target.database,
    PGSSLMODE: target.sslMode,
    PGAPPNAME: applicationName,
    PGGSSENCMODE: "disable",
    // What the programs say is looked through for a few words.
    LC_ALL: "C",
  };
  for (const [name, value] of Object.entries(optional)) if (value !== undefined) environment[name] = value;
  return environment;
}

/** A database's name as an argument: a connection string of one keyword, whatever is in the name. */
export function databaseArgument(name: string): string {
  return `dbname='${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
