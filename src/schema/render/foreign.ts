import { maskPattern } from "../../catalog/options.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { shortName } from "../../catalog/names.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { given, optionsOf } from "./model.ts";

/** ` OPTIONS (…)`. A secret is left out: what is no longer known cannot be written. */
export function foreignOptions({ facts }: CatalogObject): string {
  const options = optionsOf(facts, "foreign option").filter(([, value]) => !maskPattern.test(value));
  return options.length === 0
    ? ""
    : ` OPTIONS (${options.map(([name, value]) => `${shortName(name)} ${quoteLiteral(value)}`).join(", ")})`;
}

function secretNote(object: CatalogObject): string[] {
  const secrets = optionsOf(object.facts, "foreign option").filter(([, value]) => maskPattern.test(value));
  return secrets.map(
    ([name]) => `-- the option ${name} of ${object.kind} ${object.name} is secret and stands nowhere here`,
  );
}

export function renderWrapper({ facts, name }: CatalogObject): string[] {
  const parts = [
    `CREATE FOREIGN DATA WRAPPER ${name}`,
    ...given(facts, "handler", (handler) => `HANDLER ${handler}`),
    ...given(facts, "validator", (validator) => `VALIDATOR ${validator}`),
  ];
  return [parts.join(" ") + foreignOptions({ facts, name, id: "", kind: "server", path: [] })];
}

export function renderServer(server: CatalogObject): string[] {
  const { facts, name } = server;
  const parts = [
    `CREATE SERVER ${name}`,
    ...given(facts, "type", (type) => `TYPE ${quoteLiteral(type)}`),
    ...given(facts, "version", (version) => `VERSION ${quoteLiteral(version)}`),
    `FOREIGN DATA WRAPPER ${shortName(facts["wrapper"] ?? "")}`,
  ];
  return [parts.join(" ") + foreignOptions(server), ...secretNote(server)];
}

export function renderUserMapping(mapping: CatalogObject): string[] {
  return [`CREATE USER MAPPING ${mapping.name}${foreignOptions(mapping)}`, ...secretNote(mapping)];
}
