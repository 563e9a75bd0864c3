/** The kinds of object that few schemas have. */
import type { CatalogObject } from "../../catalog/model.ts";
import { dottedName, shortName } from "../../catalog/names.ts";
import { maskPattern } from "../../catalog/options.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { given } from "./model.ts";

export function renderSchema({ name }: CatalogObject): string[] {
  return name === "public" ? [] : [`CREATE SCHEMA ${name}`];
}

export function renderExtension({ name, facts }: CatalogObject): string[] {
  return name === "plpgsql"
    ? []
    : [`CREATE EXTENSION IF NOT EXISTS ${name} WITH SCHEMA ${shortName(facts["schema"] ?? "public")}`];
}

export function renderOperator({ path, facts }: CatalogObject): string[] {
  const lines = [
    `FUNCTION = ${facts["function"] ?? ""}`,
    ...given(facts, "left", (type) => `LEFTARG = ${type}`),
    ...given(facts, "right", (type) => `RIGHTARG = ${type}`),
    ...given(facts, "commutator", (name) => `COMMUTATOR = ${name}`),
    ...given(facts, "negator", (name) => `NEGATOR = ${name}`),
    ...given(facts, "restrict", (name) => `RESTRICT = ${name}`),
    ...given(facts, "join", (name) => `JOIN = ${name}`),
    ...given(facts, "hashes", () => "HASHES"),
    ...given(facts, "merges", () => "MERGES"),
  ];
  return [`CREATE OPERATOR ${dottedName(path.slice(0, -1))}.${path.at(-1) ?? ""} (${lines.join(", ")})`];
}

export function renderOperatorFamily({ name, facts }: CatalogObject): string[] {
  return [
    `CREATE OPERATOR FAMILY ${name}`,
    ...given(facts, "members", (members) => `ALTER OPERATOR FAMILY ${name} ADD\n  ${members}`),
  ];
}

export function renderOperatorClass({ path, facts }: CatalogObject): string[] {
  const members = facts["members"] ?? "";
  const storage = facts["storage"] === undefined ? [] : [`STORAGE ${facts["storage"]}`];
  const body = [
    ...(members === "" ? [] : [members]),
    ...storage,
    ...(members === "" && storage.length === 0 ? [`STORAGE ${facts["type"] ?? ""}`] : []),
  ];
  return [
    `CREATE OPERATOR CLASS ${dottedName(path)}${facts["default"] === undefined ? "" : " DEFAULT"} FOR TYPE ${facts["type"] ?? ""} USING ${facts["method"] ?? ""} FAMILY ${facts["family"] ?? ""} AS\n  ${body.join(",\n  ")}`,
  ];
}

export function renderCast({ name, facts }: CatalogObject): string[] {
  const method = facts["method"] ?? "";
  const how =
    method === "inout" ? "WITH INOUT" : method === "binary" ? "WITHOUT FUNCTION" : `WITH FUNCTION ${method}`;
  return [
    `CREATE CAST ${name} ${how}${facts["context"] === undefined ? "" : ` AS ${facts["context"].toUpperCase()}`}`,
  ];
}

export function renderTransform({ name, facts }: CatalogObject): string[] {
  const ways = [
    ...given(facts, "from sql", (routine) => `FROM SQL WITH FUNCTION ${routine}`),
    ...given(facts, "to sql", (routine) => `TO SQL WITH FUNCTION ${routine}`),
  ];
  return [`CREATE TRANSFORM ${name} (${ways.join(", ")})`];
}

export function renderLanguage({ name, facts }: CatalogObject): string[] {
  const parts = [
    `CREATE ${facts["trusted"] === undefined ? "" : "TRUSTED "}LANGUAGE ${name}`,
    ...given(facts, "handler", (routine) => `HANDLER ${routine}`),
    ...given(facts, "inline", (routine) => `INLINE ${routine}`),
    ...given(facts, "validator", (routine) => `VALIDATOR ${routine}`),
  ];
  return [parts.join(" ")];
}

export function renderAccessMethod({ name, facts }: CatalogObject): string[] {
  return [
    `CREATE ACCESS METHOD ${name} TYPE ${(facts["type"] ?? "").toUpperCase()} HANDLER ${facts["handler"] ?? ""}`,
  ];
}

export function renderCollation({ name, facts }: CatalogObject): string[] {
  const options = [
    ...given(facts, "provider", (provider) => `PROVIDER = ${provider}`),
    ...given(facts, "locale", (locale) => `LOCALE = ${quoteLiteral(locale)}`),
    ...given(facts, "lc collate", (locale) => `LC_COLLATE = ${quoteLiteral(locale)}`),
    ...given(facts, "lc ctype", (locale) => `LC_CTYPE = ${quoteLiteral(locale)}`),
    ...given(facts, "nondeterministic", () => "DETERMINISTIC = false"),
    ...given(facts, "rules", (rules) => `RULES = ${quoteLiteral(rules)}`),
  ];
  return [`CREATE COLLATION ${name} (${options.join(", ")})`];
}

export function renderConversion({ name, facts }: CatalogObject): string[] {
  const isDefault = facts["default"] === undefined ? "" : "DEFAULT ";
  return [
    `CREATE ${isDefault}CONVERSION ${name} FOR ${quoteLiteral(facts["from"] ?? "")} TO ${quoteLiteral(facts["to"] ?? "")} FROM ${facts["function"] ?? ""}`,
  ];
}

export function renderParser({ name, facts }: CatalogObject): string[] {
  const lines = ["start", "gettoken", "end", "lextypes", "headline"].flatMap((property) =>
    given(facts, property, (routine) => `${property.toUpperCase()} = ${routine}`),
  );
  return [`CREATE TEXT SEARCH PARSER ${name} (${lines.join(", ")})`];
}

export function renderTemplate({ name, facts }: CatalogObject): string[] {
  const lines = ["init", "lexize"].flatMap((property) =>
    given(facts, property, (routine) => `${property.toUpperCase()} = ${routine}`),
  );
  return [`CREATE TEXT SEARCH TEMPLATE ${name} (${lines.join(", ")})`];
}

export function renderDictionary({ name, facts }: CatalogObject): string[] {
  return [
    `CREATE TEXT SEARCH DICTIONARY ${name} (TEMPLATE = ${facts["template"] ?? ""}${facts["options"] === undefined ? "" : `, ${facts["options"]}`})`,
  ];
}

export function renderConfiguration({ name, facts }: CatalogObject): string[] {
  return [
    `CREATE TEXT SEARCH CONFIGURATION ${name} (PARSER = ${facts["parser"] ?? ""})`,
    ...(facts["mappings"] ?? "")
      .split("\n")
      .filter((mapping) => mapping !== "")
      .map((mapping) => `ALTER TEXT SEARCH CONFIGURATION ${name} ADD MAPPING FOR ${mapping}`),
  ];
}

export function renderPublication({ name, facts }: CatalogObject): string[] {
  const options = [
    `publish = ${quoteLiteral(facts["publish"] ?? "")}`,
    ...given(facts, "via partition root", () => "publish_via_partition_root = true"),
    ...given(facts, "generated columns", (value) => `publish_generated_columns = ${value}`),
  ];
  return [
    `CREATE PUBLICATION ${name}${facts["all tables"] === undefined ? "" : " FOR ALL TABLES"} WITH (${options.join(", ")})`,
  ];
}

export function renderPublicationTable({ facts }: CatalogObject): string[] {
  const columns = facts["columns"] === undefined ? "" : ` (${facts["columns"]})`;
  const where = facts["where"] === undefined ? "" : ` WHERE (${facts["where"].replace(/^\((.*)\)$/s, "$1")})`;
  return [
    `ALTER PUBLICATION ${facts["publication"] ?? ""} ADD TABLE ONLY ${facts["table"] ?? ""}${columns}${where}`,
  ];
}

export function renderPublicationSchema({ facts }: CatalogObject): string[] {
  return [`ALTER PUBLICATION ${facts["publication"] ?? ""} ADD TABLES IN SCHEMA ${facts["schema"] ?? ""}`];
}

const subscriptionOptions: readonly (readonly [property: string, option: string])[] = [
  ["synchronous commit", "synchronous_commit"],
  ["binary", "binary"],
  ["two phase", "two_phase"],
  ["disable on error", "disable_on_error"],
  ["run as owner", "run_as_owner"],
  ["origin", "origin"],
  ["failover", "failover"],
];

const streaming: Readonly<Record<string, string>> = { t: "on", p: "parallel" };

/** Without connecting: whether the other side is there is nothing that a schema can know. */
export function renderSubscription({ name, facts }: CatalogObject): string[] {
  const connection = facts["connection"];
  if (connection === undefined || maskPattern.test(connection)) {
    return [
      `-- subscription ${name}: where it connects to ${connection === undefined ? "could not be read" : "holds a secret"} and stands nowhere here`,
    ];
  }
  const options = [
    "connect = false",
    facts["slot"] === undefined ? "slot_name = NONE" : `slot_name = ${quoteLiteral(facts["slot"])}`,
    ...given(facts, "streaming", (value) => `streaming = ${streaming[value] ?? value}`),
    ...given(facts, "no password required", () => "password_required = false"),
    ...subscriptionOptions.flatMap(([property, option]) =>
      given(facts, property, (value) => `${option} = ${value === "yes" ? "true" : value}`),
    ),
  ];
  const publications = (facts["publications"] ?? "").split(", ").map(shortName).join(", ");
  return [
    `CREATE SUBSCRIPTION ${name} CONNECTION ${quoteLiteral(connection)} PUBLICATION ${publications} WITH (${options.join(", ")})`,
    ...(facts["disabled"] === undefined ? [`ALTER SUBSCRIPTION ${name} ENABLE`] : []),
  ];
}
