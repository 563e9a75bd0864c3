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

/** The target as a URL without its password. */
export function maskedUrl(target: Target): string {
  const user = encodeURIComponent(target.user);
  const database = encodeURIComponent(target.database);
  if (target.host.startsWith("/")) return `postgresql://${user}@/${database}?host=${target.host}&port=${target.port}`;
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `postgresql://${user}@${host}:${target.port}/${database}`;
}

/** Takes the passwords out of any text that may hold a connection string. */
export function maskPasswords(content: string): string {
  return content
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/?#]*):[^\s@]*@/gi, "$1:***@")
    .replace(/([?&;\s]|^)((?:ssl)?password)=('(?:[^'\\]|\\.)*'|[^\s&;]+)/gi, "$1$2=***");
}

/** True when the connection does not leave this machine. */
export function isLoopback({ host }: Target): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || host.startsWith("127.");
}
