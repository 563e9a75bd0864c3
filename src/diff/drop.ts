import type { CatalogObject } from "../catalog/model.ts";
import { shortName } from "../catalog/names.ts";
import { ownName, referenceTo, tableNameOf } from "../schema/render/reference.ts";
import { onThisDatabase } from "../schema/render/relation.ts";
import { changeGrant, isGrant } from "./alter/grants.ts";

/** What takes an object away. */
export function dropObject(object: CatalogObject, major: number): string[] {
  const { kind, name, facts, path } = object;
  const table = tableNameOf(object);
  const word: string = kind;
  switch (word) {
    case "column":
      return [`ALTER ${tableWord(object)} ${table} DROP COLUMN ${ownName(object)}`];
    case "attribute":
      return [`ALTER TYPE ${table} DROP ATTRIBUTE ${ownName(object)} CASCADE`];
    case "constraint":
      return object.of?.startsWith("domain ") === true
        ? [`ALTER DOMAIN ${table} DROP CONSTRAINT ${ownName(object)}`]
        : [`ALTER TABLE ${table} DROP CONSTRAINT ${ownName(object)}`];
    case "not null constraint":
      return [`ALTER TABLE ${table} ALTER COLUMN ${ownName(object)} DROP NOT NULL`];
    case "publication table":
      return [`ALTER PUBLICATION ${facts["publication"] ?? ""} DROP TABLE ONLY ${facts["table"] ?? ""}`];
    case "publication schema":
      return [
        `ALTER PUBLICATION ${facts["publication"] ?? ""} DROP TABLES IN SCHEMA ${facts["schema"] ?? ""}`,
      ];
    case "subscription":
      return [
        `ALTER SUBSCRIPTION ${name} DISABLE`,
        `ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`,
        `DROP SUBSCRIPTION ${name}`,
      ];
    case "setting": {
      const [setting = "", role = ""] = path;
      const parameter = setting.split(".").map(shortName).join(".");
      const head = role === "" ? "ALTER DATABASE %I" : `ALTER ROLE ${shortName(role)} IN DATABASE %I`;
      return [onThisDatabase(`${head} RESET ${parameter}`)];
    }
    case "default privileges":
    case "system object":
      return Object.entries(facts).flatMap(([property, value]) =>
        isGrant(property) ? changeGrant(object, property, value, undefined, major) : [],
      );
    case "database":
      return [];
    case "trigger":
      // One that a partition has from its parent is told only where its state is another one.
      return facts["inherited"] === undefined
        ? [`DROP ${referenceTo(object)}`]
        : [`ALTER TABLE ONLY ${table} ENABLE TRIGGER ${ownName(object)}`];
    default:
      return [`DROP ${referenceTo(object)}`];
  }
}

export function tableWord({ of = "" }: CatalogObject): string {
  if (of.startsWith("foreign table ")) return "FOREIGN TABLE";
  if (of.startsWith("view ")) return "VIEW";
  return of.startsWith("materialized view ") ? "MATERIALIZED VIEW" : "TABLE";
}
