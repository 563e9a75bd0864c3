/** The SQL of what can be written without thinking about data: what is missing is made, and simple properties are set. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { quoteLiteral } from "../sql/quote.ts";
import { schemaSteps, terminated } from "./dump.ts";
import { grants } from "./render/privileges.ts";
import { ownName, referenceTo, tableNameOf } from "./render/reference.ts";

/** A change as comparisons tell it. */
export interface Wanted {
  readonly action: "create" | "drop" | "alter";
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly properties: readonly { readonly property: string; readonly to: string | null }[];
}

export interface Mended {
  readonly sql: string;
  /** What is not in the SQL, a sentence each. */
  readonly left: readonly string[];
}

/** What would bring the live side nearer to the desired one. What is to be dropped is left to a person. */
export function mend(changes: readonly Wanted[], desired: Catalog): Mended {
  const created = new Set(changes.filter(({ action }) => action === "create").map(({ id }) => id));
  const lines: string[] = [];
  const left: string[] = [];
  const written = new Set<string>();
  if (created.size > 0) {
    for (const step of schemaSteps(desired)) {
      if (!created.has(step.object.id) && !(step.object.of !== undefined && created.has(step.object.of)))
        continue;
      written.add(step.object.id);
      lines.push(...step.statements);
    }
  }
  for (const change of changes) {
    const object = desired.objects.get(change.id);
    if (change.action === "create") {
      if (written.has(change.id)) continue;
      const sql = object === undefined ? undefined : createPart(object);
      if (sql === undefined) left.push(`${change.kind} ${change.name} is to be created by hand`);
      else lines.push(sql);
    } else if (change.action === "drop") {
      left.push(
        `${change.kind} ${change.name} is made by no migration: drop it, or write a migration that makes it`,
      );
    } else {
      for (const { property, to } of change.properties) {
        const sql = object === undefined ? undefined : setProperty(object, property, to);
        if (sql === undefined)
          left.push(`${change.kind} ${change.name}: ${property} is to be changed by hand`);
        else lines.push(...sql);
      }
    }
  }
  return { sql: lines.map(terminated).join(""), left };
}

/** A column or a constraint that its table, which is there, lacks. */
function createPart(object: CatalogObject): string | undefined {
  const { kind, facts } = object;
  const table = tableNameOf(object);
  if (kind === "constraint" && object.definition !== undefined)
    return `ALTER TABLE ${table} ADD CONSTRAINT ${ownName(object)} ${object.definition}`;
  if (kind !== "column" || facts["identity"] !== undefined || facts["generated"] !== undefined)
    return undefined;
  return [
    `ALTER TABLE ${table} ADD COLUMN ${ownName(object)} ${facts["type"] ?? ""}`,
    ...(facts["collation"] === undefined ? [] : [`COLLATE ${facts["collation"]}`]),
    ...(facts["default"] === undefined ? [] : [`DEFAULT ${facts["default"]}`]),
    ...(facts["not null"] === undefined ? [] : ["NOT NULL"]),
  ].join(" ");
}

function setProperty(object: CatalogObject, property: string, to: string | null): string[] | undefined {
  if (property === "comment")
    return [`COMMENT ON ${referenceTo(object)} IS ${to === null ? "NULL" : quoteLiteral(to)}`];
  if (property === "owner" && to !== null) return [`ALTER ${referenceTo(object)} OWNER TO ${to}`];
  if (property.startsWith("grants to ")) {
    // What PUBLIC and the owner have by themselves differs by kind and by default privileges.
    if (
      to === null &&
      /^grants to (?:PUBLIC|\(owner\))$/.test(property) &&
      !["table", "view", "sequence", "column"].includes(object.kind)
    )
      return undefined;
    if (to === null && property === "grants to (owner)")
      return [`GRANT ALL ON TABLE ${object.name} TO ${object.facts["owner"] ?? "CURRENT_USER"}`];
    const only = {
      ...object,
      facts: {
        ...(object.facts["owner"] === undefined ? {} : { owner: object.facts["owner"] }),
        [property]: to ?? "nothing",
      },
    };
    return grants(only);
  }
  const { kind } = object;
  if (kind === "column") return setColumn(object, property, to);
  if (kind === "table" && property === "row security")
    return [`ALTER TABLE ${object.name} ${to === null ? "DISABLE" : "ENABLE"} ROW LEVEL SECURITY`];
  if (kind === "table" && property === "force row security")
    return [`ALTER TABLE ${object.name} ${to === null ? "NO FORCE" : "FORCE"} ROW LEVEL SECURITY`];
  const isRoutine = kind === "function" || kind === "procedure";
  const isReplaceable = !["arguments", "returns", "window"].includes(property);
  if (isRoutine && isReplaceable && object.definition !== undefined) return [object.definition.trimEnd()];
  if (kind === "trigger" && property === "enabled") {
    const verbs: Readonly<Record<string, string>> = {
      disabled: "DISABLE",
      replica: "ENABLE REPLICA",
      always: "ENABLE ALWAYS",
    };
    return [
      `ALTER TABLE ${tableNameOf(object)} ${to === null ? "ENABLE" : (verbs[to] ?? "ENABLE")} TRIGGER ${ownName(object)}`,
    ];
  }
  return undefined;
}

function setColumn(object: CatalogObject, property: string, to: string | null): string[] | undefined {
  const on = `ALTER TABLE ${tableNameOf(object)} ALTER COLUMN ${ownName(object)}`;
  if (property === "default") return [to === null ? `${on} DROP DEFAULT` : `${on} SET DEFAULT ${to}`];
  if (property === "not null") return [to === null ? `${on} DROP NOT NULL` : `${on} SET NOT NULL`];
  if (property === "statistics") return [`${on} SET STATISTICS ${to ?? "-1"}`];
  if (property === "storage" && to !== null) return [`${on} SET STORAGE ${to.toUpperCase()}`];
  if (property === "compression") return [`${on} SET COMPRESSION ${to ?? "default"}`];
  return undefined;
}
