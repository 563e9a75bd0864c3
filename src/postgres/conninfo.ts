import { usageError } from "../kernel/error.ts";
import { maskPasswords } from "./target.ts";

/** libpq's connection parameters as given in one place, by libpq's own names (`host`, `dbname`, `sslmode`, …). */
export type ConnectionParameters = Readonly<Record<string, string | undefined>>;

/** Reads `postgresql://…` or `host=… dbname=…`. Errors never repeat the text: it may hold a password. */
export function parseConnectionString(content: string, origin: string): ConnectionParameters {
  const parameters = isUrl(content) ? parseUrl(content, origin) : parseKeywords(content, origin);
  if (parameters["host"]?.includes(",") === true) throw invalid(origin, "Name one host.");
  return parameters;
}

function isUrl(content: string): boolean {
  return /^postgres(ql)?:\/\//i.test(content);
}

const escapes =
  "A / in a password is written %2F, a # is written %23, a ? is written %3F, an @ is written %40.";

function parseUrl(content: string, origin: string): ConnectionParameters {
  // As in libpq, what stands ahead of the first slash may hold ? and #; the last @ ends it.
  const match = /^[a-z]+:\/\/(?:([^/]*)@)?([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i.exec(content);
  if (match === null) throw invalid(origin, escapes);
  const [, credentials, hostPart = "", path = "", query = ""] = match;
  // user:12/34@host is a password with a slash in it, not the database 34@host on the port 12.
  if (credentials === undefined && path.includes("@")) throw invalid(origin, escapes);
  const colon = credentials?.indexOf(":") ?? -1;
  const user = colon < 0 ? credentials : credentials?.slice(0, colon);
  const password = colon < 0 ? undefined : credentials?.slice(colon + 1);
  const hostMatch = /^(\[[^\]]+\]|[^:]*)(?::(\d*))?$/.exec(hostPart);
  if (hostMatch === null) {
    if (`${path}?${query}`.includes("@")) throw invalid(origin, escapes);
    throw invalid(
      origin,
      hostPart.includes(",") ? "Name one host." : "Ahead of the first slash stands host or host:port.",
    );
  }
  const parameters: Record<string, string | undefined> = {
    user: decode(user, origin),
    password: decode(password, origin),
    host: decode(hostMatch[1]?.replace(/^\[|\]$/g, ""), origin),
    port: hostMatch[2],
    dbname: decode(path, origin),
  };
  for (const pair of query.split("&").filter((part) => part !== "")) {
    const equals = pair.indexOf("=");
    if (equals < 0) throw invalid(origin, "A parameter after the ? has no value.");
    const name = pair.slice(0, equals);
    parameters[name === "database" ? "dbname" : name] = decode(pair.slice(equals + 1), origin);
  }
  return withoutEmpty(parameters);
}

function parseKeywords(content: string, origin: string): ConnectionParameters {
  const parameters: Record<string, string | undefined> = {};
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gy;
  while (pair.lastIndex < content.trimEnd().length) {
    const match = pair.exec(content);
    if (match === null) {
      throw invalid(origin, "It is neither postgresql://user@host:port/database nor host=… dbname=….");
    }
    parameters[match[1] ?? ""] = (match[2] ?? match[3] ?? "").replace(/\\(.)/g, "$1");
  }
  return withoutEmpty(parameters);
}

function decode(part: string | undefined, origin: string): string | undefined {
  if (part === undefined) return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(origin, "A % in a password is written %25.");
  }
}

function withoutEmpty(parameters: Record<string, string | undefined>): ConnectionParameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== ""),
  );
}

function invalid(origin: string, detail: string): Error {
  return usageError(
    "connection.invalid-url",
    `The connection string from ${origin} cannot be read.`,
    "veza-db doctor --url postgresql://user@host:5432/database",
    detail,
  );
}

/** A connection string as it may be shown: its passwords masked; where it cannot be read, nothing of it. */
export function maskConnectionString(content: string): string {
  try {
    if (!isUrl(content) && /^[a-z][a-z0-9+.-]*:\/\//i.test(content)) return maskOtherUrl(content);
    const { password, sslpassword, ...shown } = parseConnectionString(content, "");
    const hidden = {
      ...(password === undefined ? {} : { password: "***" }),
      ...(sslpassword === undefined ? {} : { sslpassword: "***" }),
    };
    return isUrl(content) ? asUrl({ ...shown, ...hidden }) : asKeywords({ ...shown, ...hidden });
  } catch {
    return "(not shown: it cannot be read)";
  }
}

/** The url of something else, Redis for one. */
function maskOtherUrl(content: string): string {
  const url = new URL(content);
  if (url.password !== "") url.password = "***";
  return maskPasswords(url.href);
}

function asUrl({ user, password, host = "", port, dbname, ...rest }: ConnectionParameters): string {
  const credentials =
    user === undefined && password === undefined
      ? ""
      : `${encodeURIComponent(user ?? "")}${password === undefined ? "" : `:${password}`}@`;
  const place = `${host.includes(":") ? `[${host}]` : host.startsWith("/") ? encodeURIComponent(host) : host}${port === undefined ? "" : `:${port}`}`;
  const query = Object.entries(rest).map(([name, value = ""]) => `${name}=${encodeURIComponent(value)}`);
  return `postgresql://${credentials}${place}${dbname === undefined ? "" : `/${encodeURIComponent(dbname)}`}${query.length === 0 ? "" : `?${query.join("&")}`}`;
}

function asKeywords(parameters: ConnectionParameters): string {
  return Object.entries(parameters)
    .map(
      ([name, value = ""]) =>
        `${name}=${/^[^\s'\\]+$/.test(value) ? value : `'${value.replace(/['\\]/g, "\\$&")}'`}`,
    )
    .join(" ");
}
