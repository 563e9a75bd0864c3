import type { CatalogObject } from "../../catalog/model.ts";
import { dottedName } from "../../catalog/names.ts";
import { splitList } from "../../catalog/expressions.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { optionsOf, writtenOf } from "./model.ts";
import { ownName, tableNameOf } from "./reference.ts";
import { optionValue } from "./table.ts";

/** True for a constraint that can be written inside CREATE TABLE. */
export function isInline(part: CatalogObject, table: CatalogObject): boolean {
  if (part.kind !== "constraint" || part.facts["type"] === "foreign key") return false;
  if (part.facts["not valid"] !== undefined || part.facts["invalid"] !== undefined) return false;
  // What a child has from its parent comes with INHERITS; a partition must bring it along.
  return part.facts["inherited"] === undefined || table.facts["partition of"] !== undefined;
}

/** The server's own text, without NOT VALID, which ALTER TABLE alone understands. */
export function constraintClause(part: CatalogObject): string {
  return writtenOf(part, "whole");
}

/** A constraint that stands by itself: foreign keys, and what is not valid. */
export function renderConstraint(part: CatalogObject): string[] {
  const isDomain = part.of?.startsWith("domain ") === true;
  const table = tableNameOf(part);
  if (part.kind === "not null constraint") {
    if (part.facts["not valid"] === undefined) return [];
    return [
      `ALTER TABLE ONLY ${table} ADD NOT NULL ${ownName(part)}${part.facts["no inherit"] === undefined ? "" : " NO INHERIT"} NOT VALID`,
    ];
  }
  if (isDomain) return [`ALTER DOMAIN ${table} ADD CONSTRAINT ${ownName(part)} ${constraintClause(part)}`];
  const only = part.facts["invalid"] === undefined ? "" : "ONLY ";
  return [`ALTER TABLE ${only}${table} ADD CONSTRAINT ${ownName(part)} ${constraintClause(part)}`];
}

/** The index that a constraint made: `public.users_pkey`. */
export function constraintIndex({ path }: CatalogObject): string {
  return dottedName([path[0] ?? "", path.at(-1) ?? ""]);
}

/** What follows a constraint, inline or not. */
export function constraintExtras(part: CatalogObject): string[] {
  const index = constraintIndex(part);
  const options = optionsOf(part.facts, "index option").map(
    ([name, value]) => `${name}=${optionValue(value)}`,
  );
  const tablespace = part.facts["index tablespace"];
  const triggers = part.facts["triggers"];
  const comment = part.facts["index comment"];
  return [
    ...(options.length === 0 ? [] : [`ALTER INDEX ${index} SET (${options.join(", ")})`]),
    ...(tablespace === undefined ? [] : [`ALTER INDEX ${index} SET TABLESPACE ${tablespace}`]),
    ...(comment === undefined ? [] : [`COMMENT ON INDEX ${index} IS ${quoteLiteral(comment)}`]),
    ...(triggers === undefined ? [] : splitList(triggers).map((state) => triggerState(part, state))),
  ];
}

const verbs: Readonly<Record<string, string>> = {
  disabled: "DISABLE",
  replica: "ENABLE REPLICA",
  always: "ENABLE ALWAYS",
  origin: "ENABLE",
};

/** A foreign key's own triggers bear numbers in their names: they are found by their constraint. */
export function triggerState(part: CatalogObject, state: string): string {
  const [word = "", table = ""] = state.split(/ on (.*)/s);
  const name = quoteLiteral(part.path.at(-1) ?? "");
  return [
    "DO $veza$",
    "DECLARE name pg_catalog.name;",
    "BEGIN",
    "  FOR name IN",
    "    SELECT g.tgname FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_constraint k ON k.oid = g.tgconstraint",
    `    WHERE k.conname = ${name} AND k.conrelid = ${quoteLiteral(tableNameOf(part))}::pg_catalog.regclass AND g.tgrelid = ${quoteLiteral(table)}::pg_catalog.regclass`,
    "  LOOP",
    `    EXECUTE pg_catalog.format('ALTER TABLE ${table.replaceAll("'", "''").replaceAll("%", "%%")} ${verbs[word] ?? ""} TRIGGER %I', name);`,
    "  END LOOP;",
    "END",
    "$veza$",
  ].join("\n");
}
