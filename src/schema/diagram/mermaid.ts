import type { Diagram, DiagramColumn, DiagramReference, DiagramTable } from "./model.ts";
import { shortType } from "./short-type.ts";

/**
 * An entity relationship diagram for Mermaid 10 and later, tables of one schema together. Mermaid draws no boxes around
 * groups of entities: the schema stands in the name where there are several.
 */
export function renderMermaid({ tables, references }: Diagram): string {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const isQualified = schemas.length > 1;
  const label = ({ schema, name }: DiagramTable): string => quoted(isQualified ? `${schema}.${name}` : name);
  const labels = new Map(tables.map((table) => [table.id, label(table)]));
  return [
    "erDiagram",
    ...schemas.flatMap((schema) => [
      `  %% schema ${oneLine(schema)}`,
      ...tables.filter((table) => table.schema === schema).flatMap((table) => entity(table, label(table))),
    ]),
    ...references.map((reference) => relationship(reference, labels)),
    "",
  ].join("\n");
}

function entity({ columns, hidden }: DiagramTable, label: string): string[] {
  if (columns.length === 0) return [`  ${label}`];
  return [
    `  ${label} {`,
    ...columns.map((column) => `    ${attribute(column)}`),
    ...(hidden === 0 ? [] : [`    %% and ${hidden} more`]),
    "  }",
  ];
}

/** What Mermaid does not take in a name or a type stands in the comment. */
function attribute({
  name,
  type,
  isPrimary,
  isForeign,
  isUnique,
  isNullable,
  comment,
}: DiagramColumn): string {
  const shownType = word(type);
  const shownName = word(name);
  const keys = [...(isPrimary ? ["PK"] : []), ...(isForeign ? ["FK"] : []), ...(isUnique ? ["UK"] : [])];
  const notes = [
    ...(shownName === name ? [] : [name]),
    ...(isNullable ? ["null"] : []),
    ...(comment === null ? [] : [comment]),
  ].map(oneLine);
  return [
    shownType,
    shownName,
    ...(keys.length === 0 ? [] : [keys.join(", ")]),
    ...(notes.length === 0 ? [] : [`"${notes.join("; ").replaceAll('"', "'")}"`]),
  ].join(" ");
}

function relationship(
  { name, from, to, isRequired, isUnique }: DiagramReference,
  labels: ReadonlyMap<string, string>,
): string {
  const target = isRequired ? "||" : "|o";
  const source = isUnique ? "o|" : "o{";
  return `  ${labels.get(to) ?? ""} ${target}--${source} ${labels.get(from) ?? ""} : ${quoted(name)}`;
}

/** `numeric(10,2)` → `numeric(10-2)`, `timestamp with time zone` → `timestamptz`: one word that begins with a letter. */
function word(text: string): string {
  const short = shortType(text)
    .replaceAll(/\s*,\s*/g, "-")
    .replaceAll(/[^A-Za-z0-9_()[\]-]+/g, "_");
  return /^[A-Za-z]/.test(short) ? short : `x${short.startsWith("_") ? "" : "_"}${short}`;
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll('"', "'")}"`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
