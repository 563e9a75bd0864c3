import type { Target } from "./target.ts";

/** The scheme with the server, the database, and the parameters. */
const shape = /^(postgres(?:ql)?:\/\/[^/?#]*)(?:\/[^?#]*)?(?:\?([^#]*))?$/i;

/**
 * The connection string that was given, with another database in it. What other drivers read from it (`?schema=…`)
 * stays. Where none was given, or one of keywords, a url is made of what was settled. Holds the password: for programs,
 * never for people.
 */
export function withDatabase(given: string | undefined, target: Target, database: string): string {
  const match = given === undefined ? null : shape.exec(given);
  if (match === null) return urlOf(target, database);
  const [, server = "", query = ""] = match;
  const kept = query.split("&").filter((pair) => pair !== "" && !/^(dbname|database)=/.test(pair));
  return `${server}/${encodeURIComponent(database)}${kept.length === 0 ? "" : `?${kept.join("&")}`}`;
}

function urlOf(target: Target, database: string): string {
  const { host, port, user, password } = target;
  const login = [user, ...(password === undefined ? [] : [password])].map(encodeURIComponent).join(":");
  const shownHost = host.includes(":") ? `[${host}]` : encodeURIComponent(host);
  const parameters = {
    sslmode: target.sslMode === "prefer" ? undefined : target.sslMode,
    sslrootcert: target.sslRootCert,
    sslcert: target.sslCert,
    sslkey: target.sslKey,
    connect_timeout: target.connectTimeout?.toString(),
    options: target.options,
  };
  const query = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value = ""]) => `${name}=${encodeURIComponent(value)}`);
  return `postgresql://${login}@${shownHost}:${port}/${encodeURIComponent(database)}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}
