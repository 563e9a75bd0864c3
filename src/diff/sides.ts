/** What stands on either side of a comparison. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { usageError } from "../kernel/error.ts";

export type Side =
  | { readonly kind: "url"; readonly shown: string; readonly url: string }
  | { readonly kind: "embedded"; readonly shown: string }
  | { readonly kind: "migrations"; readonly shown: string }
  | { readonly kind: "file" | "folder"; readonly shown: string; readonly path: string };

/** A url or conninfo string, `embedded:`, `migrations`, a .sql file or a folder. A folder named `migrations` is written `./migrations`. */
export function parseSide(text: string, cwd: string): Side {
  if (text === "embedded:") return { kind: "embedded", shown: text };
  if (text === "migrations") return { kind: "migrations", shown: "the migrations" };
  if (/^postgres(?:ql)?:\/\//.test(text)) return { kind: "url", shown: "", url: text };
  const path = resolve(cwd, text);
  if (existsSync(path)) {
    const found = statSync(path);
    if (found.isDirectory()) return { kind: "folder", shown: text, path };
    if (text.endsWith(".sql") || found.isFile()) return { kind: "file", shown: text, path };
  }
  if (/^\s*\w+\s*=/.test(text)) return { kind: "url", shown: "", url: text };
  throw usageError(
    "diff.unknown-side",
    `${JSON.stringify(text)} is no side to compare: there is no such file or folder.`,
    "veza-db diff migrations postgresql://user@host/database",
    "A side is a url, migrations, embedded:, a .sql file or a folder of them.",
  );
}
