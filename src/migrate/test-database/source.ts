/** What a template is made of: the migrations, and all else that its content depends on. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import { sha256 } from "../../kernel/hash.ts";
import { toolVersion } from "../../kernel/version.ts";
import type { MigrationFile } from "../model.ts";
import { readMigrationFolder } from "../read-files.ts";

export interface SourceOptions {
  readonly dir?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
}

export interface TemplateSource {
  readonly dir: string;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  /** 16 hexadecimal digits; any change to a migration changes it. */
  readonly hash: string;
}

const known = new Map<string, { readonly print: string; readonly source: TemplateSource }>();

/** Reads and hashes the folder; as long as its files keep their times and sizes, not again. */
export function readTemplateSource(options: SourceOptions): TemplateSource {
  const dir = resolve(options.dir ?? "migrations");
  const { schema, table } = options;
  const key = JSON.stringify([dir, schema, table]);
  const print = fingerprint(dir);
  const found = known.get(key);
  if (found !== undefined && found.print === print) return found.source;
  const { files } = readMigrationFolder(dir, process.cwd());
  const parts = [toolVersion(), schema, table, ...files.map(contentOf)];
  const source = { dir, schema, table, hash: sha256(JSON.stringify(parts)).slice(0, 16) };
  known.set(key, { print, source });
  return source;
}

/** The way back counts too: it is stored in the history. */
function contentOf({ id, name, checksum, downPath }: MigrationFile): readonly string[] {
  return [id, name, checksum, downPath === undefined ? "" : sha256(readFileSync(downPath))];
}

/** Names, times and sizes of the files; empty when there is no folder, which reading it explains. */
function fingerprint(dir: string): string {
  try {
    return readdirSync(dir)
      .map((name) => {
        const stat = statSync(join(dir, name), { throwIfNoEntry: false });
        return `${name} ${stat?.mtimeMs} ${stat?.size}`;
      })
      .join("\n");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return "";
    throw error;
  }
}
