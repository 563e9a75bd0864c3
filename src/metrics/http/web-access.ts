/** Who may ask, and how it is encrypted: what a web configuration file says, in the format of Prometheus' exporters. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { dirname, resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { isSystemError, messageOf } from "../../kernel/error.ts";
import { checkBcrypt, parseBcrypt } from "./bcrypt.ts";
import { readWebConfig } from "./web-config.ts";
import type { TlsConfig, WebConfig } from "./web-config.ts";
import { badWebConfig } from "./yaml.ts";

export interface WebAccess {
  /** Undefined: without TLS. Reads the files anew each time. */
  readonly tls: (() => ServerOptions) | undefined;
  /** Grows whenever a file of the TLS side is another. */
  readonly tlsVersion: () => string;
  /** True where nobody needs to log in, or the header names a user with the right password. */
  readonly allows: (authorization: string | undefined) => Promise<boolean>;
  /** True where nobody gets in without a password or a certificate. */
  readonly isGuarded: boolean;
  /** True where passwords are asked for, as the file was when it was opened. */
  readonly hasUsers: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** For a user that does not exist: a guess at a name takes as long as one at a password. */
const nobody = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const mostKnown = 100;

/** Reads the file; throws `metrics.bad-web-config` when it cannot be used now. Users are read anew when it changes. */
export function openWebAccess(path: string): WebAccess {
  let config = readWebConfig(path);
  let readAt = changedAt(path);
  const { tls } = config;
  if (tls !== undefined) createSecureContext(tlsOptions(tls, path));
  const current = (): WebConfig => {
    const now = changedAt(path);
    if (now !== readAt) {
      // A file that is broken now lets nobody new in: it throws, and the request fails.
      config = readWebConfig(path);
      readAt = now;
    }
    return config;
  };
  const hasUsers = Object.keys(config.users).length > 0;
  const known = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  const check = async (user: string, password: string, hash: string | undefined): Promise<boolean> => {
    const parsed = parseBcrypt(hash ?? nobody);
    if (parsed === undefined) return false;
    const key = createHash("sha256")
      .update(JSON.stringify([user, password, hash]))
      .digest("base64");
    if (known.has(key)) return true;
    // One at a time: whoever guesses waits for himself.
    const mine = turn.then(() => checkBcrypt(password, parsed));
    turn = mine.catch(() => {});
    if (!(await mine) || hash === undefined) return false;
    if (known.size >= mostKnown) known.clear();
    known.add(key);
    return true;
  };
  return {
    tls: tls === undefined ? undefined : () => tlsOptions(tls, path),
    tlsVersion: () =>
      tls === undefined
        ? ""
        : filesOf(tls)
            .map((file) => changedAt(resolve(dirname(path), file)))
            .join(" "),
    isGuarded: hasUsers || tls?.clientAuth === "verify",
    hasUsers,
    headers: config.headers,
    allows: async (authorization) => {
      const { users } = current();
      if (Object.keys(users).length === 0) return true;
      const [, encoded = ""] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
      const pair = Buffer.from(encoded, "base64").toString("utf8");
      const colon = pair.indexOf(":");
      if (colon < 0) return false;
      const user = pair.slice(0, colon);
      return check(user, pair.slice(colon + 1), Object.hasOwn(users, user) ? users[user] : undefined);
    },
  };
}

function changedAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EACCES")) return 0;
    throw error;
  }
}

function filesOf({ certFile, keyFile, clientCaFile }: TlsConfig): string[] {
  return [certFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])];
}

function tlsOptions(tls: TlsConfig, path: string): ServerOptions {
  const read = (file: string): Buffer => readFileSync(resolve(dirname(path), file));
  try {
    return {
      cert: read(tls.certFile),
      key: read(tls.keyFile),
      minVersion: tls.minVersion,
      maxVersion: tls.maxVersion,
      ...(tls.clientCaFile === undefined ? {} : { ca: read(tls.clientCaFile) }),
      requestCert: tls.clientAuth !== "none",
      rejectUnauthorized: tls.clientAuth === "verify",
    };
  } catch (error) {
    throw badWebConfig(path, messageOf(error));
  }
}
