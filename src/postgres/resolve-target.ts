import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { usageError } from "../kernel/error.ts";
import { parseConnectionString } from "./conninfo.ts";
import type { ConnectionParameters } from "./conninfo.ts";
import { lookUpPassword } from "./password-file.ts";
import { readService } from "./service-file.ts";
import { sslModes } from "./target.ts";
import type { Target } from "./target.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** libpq's environment variables and the parameters that they stand for. */
const libpqVariables: Readonly<Record<string, string>> = {
  PGHOST: "host",
  PGPORT: "port",
  PGUSER: "user",
  PGPASSWORD: "password",
  PGDATABASE: "dbname",
  PGSSLMODE: "sslmode",
  PGSSLROOTCERT: "sslrootcert",
  PGSSLCERT: "sslcert",
  PGSSLKEY: "sslkey",
  PGCONNECT_TIMEOUT: "connect_timeout",
  PGOPTIONS: "options",
};

/** True when libpq's own variables name a server or a database. */
export function namesDatabase(env: Env): boolean {
  return ["PGHOST", "PGDATABASE", "PGSERVICE", "PGPORT", "PGUSER"].some((name) => (env[name] ?? "") !== "");
}

export interface TargetLookup {
  readonly target: Target;
  readonly warnings: readonly string[];
}

/**
 * Settles every parameter of a connection as libpq does: the connection string, then the service, then the PG*
 * variables, then libpq's defaults; the password last, from `~/.pgpass`.
 */
export function resolveTarget(connectionString: string | undefined, origin: string, env: Env): TargetLookup {
  const given = connectionString === undefined ? {} : parseConnectionString(connectionString, origin);
  const service = given["service"] ?? (env["PGSERVICE"] === "" ? undefined : env["PGSERVICE"]);
  const parameters: ConnectionParameters = {
    ...fromEnvironment(env),
    ...(service === undefined ? {} : readService(service, env)),
    ...given,
  };
  const host = parameters["host"] ?? parameters["hostaddr"] ?? defaultHost();
  const user = parameters["user"] ?? userInfo().username;
  const database = parameters["dbname"] ?? user;
  const port = readPort(parameters["port"], origin);
  const lookup =
    parameters["password"] === undefined
      ? lookUpPassword({ host, port, database, user }, env)
      : { password: parameters["password"], warning: undefined };
  const target: Target = {
    host,
    port,
    user,
    password: lookup.password,
    database,
    sslMode: readSslMode(parameters["sslmode"], origin),
    sslRootCert: parameters["sslrootcert"] ?? inHome("root.crt", env),
    sslCert: parameters["sslcert"] ?? inHome("postgresql.crt", env),
    sslKey: parameters["sslkey"] ?? inHome("postgresql.key", env),
    connectTimeout: readSeconds(parameters["connect_timeout"]),
    options: parameters["options"],
    origin,
  };
  return { target, warnings: lookup.warning === undefined ? [] : [lookup.warning] };
}

function fromEnvironment(env: Env): ConnectionParameters {
  const given = Object.entries(libpqVariables)
    .map(([variable, parameter]) => [parameter, env[variable]] as const)
    .filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(given);
}

/** libpq's own default: the socket folder where one exists, else localhost. */
function defaultHost(): string {
  return (
    ["/var/run/postgresql", "/tmp"].find((folder) => existsSync(`${folder}/.s.PGSQL.5432`)) ?? "localhost"
  );
}

/** A file that libpq looks for in `~/.postgresql`, where it is there. */
function inHome(name: string, env: Env): string | undefined {
  const path = join(env["HOME"] ?? homedir(), ".postgresql", name);
  return existsSync(path) ? path : undefined;
}

function readPort(text: string | undefined, origin: string): number {
  if (text === undefined || text === "") return 5432;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw usageError(
    "connection.invalid-port",
    `The port "${text}" from ${origin} is not a port.`,
    "Use a number from 1 to 65535, as in postgresql://user@host:5432/database.",
  );
}

function readSslMode(text: string | undefined, origin: string): Target["sslMode"] {
  const mode = sslModes.find((candidate) => candidate === (text ?? "prefer"));
  if (mode !== undefined) return mode;
  throw usageError(
    "connection.invalid-sslmode",
    `The sslmode "${text ?? ""}" from ${origin} is unknown.`,
    `Use one of ${sslModes.join(", ")}.`,
  );
}

function readSeconds(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return text === undefined || !Number.isFinite(seconds) || seconds < 0 ? undefined : seconds;
}
