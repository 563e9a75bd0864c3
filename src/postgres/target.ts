/** Where a connection goes: host or socket folder, role, database and how TLS is used. */
export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

export interface Target {
  /** A host name or address, or the folder of the server's Unix socket (begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly sslMode: SslMode;
  readonly sslRootCert: string | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  /** Seconds; 0 waits for ever. */
  readonly connectTimeout: number | undefined;
  /** libpq's `options`, sent to the server at start-up. */
  readonly options: string | undefined;
  /** Which setting or variable named the database, for messages. */
  readonly origin: string;
}

/** A target for people and logs: never with its password. */
export function describeTarget(target: Target): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${target.user}@${host}:${target.port}/${target.database}`;
}

/** `password=…` of keywords, of a url's query or of a variable; a quoted one to the last quote of the line, for escapes. */
const inKeywords = /(?<!\w)((?:ssl|pg)?password)\s*=\s*(?:'[^\n]*'|'[^\n]*|"[^"]*(?:"|$)|(?:\\.|[^\s\\])+)/gi;
/** `PASSWORD '…'` of a statement about a role; `''…''` where that statement stands in a string itself. */
const inSql = /\b(password\s+)(?:''+[^'\n]*''+|E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*')/gi;

/** Takes the passwords out of any text that may hold a connection string or a statement. */
export function maskPasswords(content: string): string {
  return maskUrls(content).replace(inKeywords, "$1=***").replace(inSql, "$1'***'");
}

/** Access tokens are given as passwords, and they are long. */
const longestPassword = 8192;
const urlWithCredentials = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/?#]*:/gi;

/**
 * `user:password@` of urls: to the last @ of the word; where that has none (a password with blanks), of the line,
 * unless it begins as `host:port/` does. What is searched is bounded, so that megabytes take no time.
 */
function maskUrls(content: string): string {
  if (!content.includes("@")) return content;
  const parts: string[] = [];
  let done = 0;
  for (const { index, 0: head } of content.matchAll(urlWithCredentials)) {
    const start = index + head.length;
    if (start < done) continue;
    const at = lastAt(content, start);
    if (at === undefined) continue;
    parts.push(content.slice(done, start), "***");
    done = at;
  }
  return parts.join("") + content.slice(done);
}

/** Where the @ stands that ends a password which begins at `start`. */
function lastAt(content: string, start: number): number | undefined {
  const rest = content.slice(start, start + longestPassword);
  const inWord = /^\S*@/.exec(rest)?.[0].length;
  const isPort = /^\d+(?:[/?#\s"',;)]|$)/.test(rest);
  const length = inWord ?? (isPort ? undefined : /^[^\n]*@/.exec(rest)?.[0].length);
  return length === undefined ? undefined : start + length - 1;
}

/** True when the connection does not leave this machine. */
export function isLoopback({ host }: Target): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || host.startsWith("127.");
}
