import type { ServerOptions } from "node:https";

/** Who may ask, and how it is encrypted: what a web configuration file says. */
export interface WebAccess {
  /** Undefined: without TLS. Read anew for each server. */
  readonly tls: (() => ServerOptions) | undefined;
  /** True where nobody needs to log in, or the header names a user with the right password. */
  readonly allows: (authorization: string | undefined) => Promise<boolean>;
  readonly hasUsers: boolean;
}
