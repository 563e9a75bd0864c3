import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";

export interface PasswordLookup {
  readonly password: string | undefined;
  /** Why the file was passed over, where it was. */
  readonly warning: string | undefined;
}

interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** Looks up a password in `~/.pgpass` (or PGPASSFILE), with libpq's rules: first match wins, others must not read it. */
export function lookUpPassword(
  wanted: Wanted,
  env: Readonly<Record<string, string | undefined>>,
): PasswordLookup {
  const path = env["PGPASSFILE"] ?? (env["HOME"] === undefined ? undefined : join(env["HOME"], ".pgpass"));
  const nothing = { password: undefined, warning: undefined };
  if (path === undefined) return nothing;
  let content: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== "win32") {
      return {
        password: undefined,
        warning: `${path} is readable by others and was passed over: chmod 600 ${path}`,
      };
    }
    content = readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return nothing;
    return { password: undefined, warning: `${path} cannot be read` };
  }
  const host = wanted.host.startsWith("/") ? "localhost" : wanted.host;
  const keys = [host, String(wanted.port), wanted.database, wanted.user];
  for (const line of content.split(/\r?\n/).filter((text) => !text.startsWith("#"))) {
    const fields = line
      .match(/(?:[^:\\]|\\.)*(?::|$)/g)
      ?.map((field) => field.replace(/:$/, "").replace(/\\(.)/g, "$1"));
    if (fields === undefined || fields.length < 5) continue;
    if (keys.every((key, index) => fields[index] === "*" || fields[index] === key)) {
      return { password: fields[4], warning: undefined };
    }
  }
  return nothing;
}
