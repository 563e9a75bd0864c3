import { sha256 } from "../kernel/hash.ts";
import type { Catalog } from "../catalog/model.ts";
import { headText, missingText, schemaSteps, stepText } from "./dump.ts";

export interface SchemaFile {
  /** Relative to the folder, with `/` between. */
  readonly path: string;
  readonly text: string;
}

export const indexFile = "schema.sql";

/** The schema as one file an object, and `schema.sql`, which loads them in order. */
export function schemaFiles(catalog: Catalog): SchemaFile[] {
  const files = schemaSteps(catalog)
    .map((step) => ({
      path: `${folderOf(step.object.kind)}/${fileName(step.id.slice(step.object.kind.length + 1))}.sql`,
      text: stepText(step),
    }))
    .filter(({ text }) => text !== "");
  const index =
    headText() + missingText(catalog) + files.map(({ path }) => `\\ir ${quotePath(path)}\n`).join("");
  return [{ path: indexFile, text: index }, ...files];
}

function folderOf(kind: string): string {
  const word = kind.replaceAll(" ", "-");
  if (word === "default-privileges" || word === "statistics" || word === "database") return word;
  return word.endsWith("y")
    ? `${word.slice(0, -1)}ies`
    : word.endsWith("ss") || word.endsWith("x")
      ? `${word}es`
      : `${word}s`;
}

/** Safe on every file system: names that could fall together elsewhere, or are too long, carry a mark. */
function fileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_.,()-]/g, "-");
  if (safe === name && safe === safe.toLowerCase() && safe.length <= 120) return safe;
  return `${safe.slice(0, 120)}-${sha256(name).slice(0, 8)}`;
}

function quotePath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path}'`;
}
