import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { usageError } from "../kernel/error.ts";
import type { ConnectionParameters } from "./conninfo.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** The parameters of a service of `pg_service.conf`, looked for where libpq looks. */
export function readService(service: string, env: Env): ConnectionParameters {
  const files = serviceFiles(env);
  for (const file of files.filter((path) => existsSync(path))) {
    const parameters = sectionOf(readFileSync(file, "utf8"), service);
    if (parameters !== undefined) return parameters;
  }
  throw usageError(
    "connection.unknown-service",
    `The service "${service}" is not defined.`,
    "Add it to ~/.pg_service.conf, or name the database with --url <dsn>.",
    `Looked in ${files.join(", ")}.`,
  );
}

function serviceFiles(env: Env): string[] {
  const user =
    env["PGSERVICEFILE"] ?? (env["HOME"] === undefined ? undefined : join(env["HOME"], ".pg_service.conf"));
  const folders =
    env["PGSYSCONFDIR"] === undefined ? ["/etc/postgresql-common", "/etc"] : [env["PGSYSCONFDIR"]];
  return [...(user === undefined ? [] : [user]), ...folders.map((folder) => join(folder, "pg_service.conf"))];
}

function sectionOf(content: string, service: string): ConnectionParameters | undefined {
  let isInside = false;
  let parameters: Record<string, string> | undefined;
  for (const line of content.split(/\r?\n/).map((text) => text.trim())) {
    const header = /^\[(.*)\]$/.exec(line);
    if (header !== null) isInside = header[1] === service && parameters === undefined;
    if (!isInside || line === "" || line.startsWith("#")) continue;
    parameters ??= {};
    const equals = line.indexOf("=");
    if (header === null && equals > 0)
      parameters[line.slice(0, equals).trim()] = line.slice(equals + 1).trim();
  }
  return parameters;
}
