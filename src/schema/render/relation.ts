import type { CatalogObject } from "../../catalog/model.ts";
import { shortName } from "../../catalog/names.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { given, optionsOf, writtenOf } from "./model.ts";
import type { Surroundings } from "./model.ts";
import { ownName, tableNameOf } from "./reference.ts";
import { optionValue, setDefault } from "./table.ts";

export function renderView(view: CatalogObject, around: Surroundings): string[] {
  return [createView(view, "CREATE VIEW", writtenOf(view, "query")), ...columnDefaults(view, around)];
}

/** A view of the same columns that reads nothing, for views that need each other or a function that needs them. */
export function renderViewStub(view: CatalogObject, columns: readonly CatalogObject[]): string[] {
  const list = columns.map(
    ({ facts, path }) =>
      `NULL::${facts["type"] ?? ""}${facts["collation"] === undefined ? "" : ` COLLATE ${facts["collation"]}`} AS ${shortName(path.at(-1) ?? "")}`,
  );
  return [createView({ ...view, facts: {} }, "CREATE VIEW", ` SELECT ${list.join(",\n    ")}`)];
}

export function replaceView(view: CatalogObject, around: Surroundings): string[] {
  return [
    createView(view, "CREATE OR REPLACE VIEW", writtenOf(view, "query")),
    ...columnDefaults(view, around),
  ];
}

export function createView({ facts, name }: CatalogObject, verb: string, query: string): string {
  const options = optionsOf(facts, "option").map(([option, value]) => `${option}=${optionValue(value)}`);
  return `${verb} ${name}${options.length === 0 ? "" : ` WITH (${options.join(", ")})`} AS\n${query.replace(/;\s*$/, "")}`;
}

function columnDefaults(view: CatalogObject, around: Surroundings): string[] {
  return (around.parts.get(view.id) ?? [])
    .filter(isColumn)
    .flatMap((column) => given(column.facts, "default", (value) => setDefault(column, value)));
}

export function renderMaterializedView(view: CatalogObject, around: Surroundings): string[] {
  const { facts, name } = view;
  const options = [
    ...optionsOf(facts, "option").map(([option, value]) => `${option}=${optionValue(value)}`),
    ...optionsOf(facts, "toast option").map(([option, value]) => `toast.${option}=${optionValue(value)}`),
  ];
  const head = [
    `CREATE MATERIALIZED VIEW ${name}`,
    ...given(facts, "access method", (method) => `USING ${method}`),
    ...(options.length === 0 ? [] : [`WITH (${options.join(", ")})`]),
    ...given(facts, "tablespace", (space) => `TABLESPACE ${space}`),
  ].join(" ");
  const query = writtenOf(view, "query").replace(/;\s*$/, "");
  return [
    `${head} AS\n${query}\nWITH ${facts["unpopulated"] === undefined ? "" : "NO "}DATA`,
    ...(around.parts.get(view.id) ?? [])
      .filter(isColumn)
      .flatMap((column) => [
        ...given(
          column.facts,
          "storage",
          (storage) =>
            `ALTER MATERIALIZED VIEW ${name} ALTER COLUMN ${ownName(column)} SET STORAGE ${storage.toUpperCase()}`,
        ),
        ...given(
          column.facts,
          "statistics",
          (target) =>
            `ALTER MATERIALIZED VIEW ${name} ALTER COLUMN ${ownName(column)} SET STATISTICS ${target}`,
        ),
        ...given(
          column.facts,
          "compression",
          (method) =>
            `ALTER MATERIALIZED VIEW ${name} ALTER COLUMN ${ownName(column)} SET COMPRESSION ${method}`,
        ),
        ...columnOptions(column, name),
      ]),
  ];
}

/** Its indexes have options and statistics of their own. */
function isColumn({ kind }: CatalogObject): boolean {
  return kind === "column";
}

function columnOptions(column: CatalogObject, view: string): string[] {
  const options = optionsOf(column.facts, "option").map(
    ([option, value]) => `${option}=${optionValue(value)}`,
  );
  return options.length === 0
    ? []
    : [`ALTER MATERIALIZED VIEW ${view} ALTER COLUMN ${ownName(column)} SET (${options.join(", ")})`];
}

export function renderIndex(index: CatalogObject): string[] {
  const { facts, name } = index;
  const definition = writtenOf(index, "whole");
  return [
    definition,
    ...given(facts, "tablespace", (space) =>
      definition.includes(" TABLESPACE ") ? "" : `ALTER INDEX ${name} SET TABLESPACE ${space}`,
    ),
    ...given(facts, "attached to", (parent) => `ALTER INDEX ${parent} ATTACH PARTITION ${name}`),
    ...(facts["statistics"] ?? "")
      .split(", ")
      .filter((entry) => entry !== "")
      .map(
        (entry) =>
          `ALTER INDEX ${name} ALTER COLUMN ${entry.split(": ")[0] ?? ""} SET STATISTICS ${entry.split(": ")[1] ?? ""}`,
      ),
  ].filter((sql) => sql !== "");
}

export const states: Readonly<Record<string, string>> = {
  disabled: "DISABLE",
  replica: "ENABLE REPLICA",
  always: "ENABLE ALWAYS",
  origin: "ENABLE",
};

export function renderTrigger(trigger: CatalogObject): string[] {
  return [
    ...given(trigger.facts, "definition", () => writtenOf(trigger, "definition")),
    ...state(trigger, "TRIGGER"),
  ];
}

export function renderRule(rule: CatalogObject): string[] {
  return [writtenOf(rule, "definition").replace(/;\s*$/, ""), ...state(rule, "RULE")];
}

function state(object: CatalogObject, word: string): string[] {
  return given(
    object.facts,
    "enabled",
    (enabled) =>
      `ALTER TABLE ONLY ${tableNameOf(object)} ${states[enabled] ?? ""} ${word} ${ownName(object)}`,
  );
}

export function renderPolicy(policy: CatalogObject): string[] {
  const { facts } = policy;
  return [
    [
      `CREATE POLICY ${ownName(policy)} ON ${tableNameOf(policy)}`,
      ...given(facts, "restrictive", () => "AS RESTRICTIVE"),
      ...given(facts, "command", (command) => `FOR ${command}`),
      ...given(facts, "roles", (roles) => `TO ${roles}`),
      ...given(facts, "using", () => `USING (${writtenOf(policy, "using")})`),
      ...given(facts, "with check", () => `WITH CHECK (${writtenOf(policy, "with check")})`),
    ].join(" "),
  ];
}

export function renderStatistics({ facts, name }: CatalogObject): string[] {
  return [
    facts["definition"] ?? "",
    ...given(facts, "target", (target) => `ALTER STATISTICS ${name} SET STATISTICS ${target}`),
  ];
}

export function renderEventTrigger({ facts, name }: CatalogObject): string[] {
  const tags = facts["tags"] === undefined ? "" : ` WHEN TAG IN (${facts["tags"]})`;
  return [
    `CREATE EVENT TRIGGER ${name} ON ${facts["event"] ?? ""}${tags} EXECUTE FUNCTION ${facts["function"] ?? ""}()`,
    ...given(facts, "enabled", (enabled) => `ALTER EVENT TRIGGER ${name} ${states[enabled] ?? ""}`),
  ];
}

/** What a setting of the database becomes: the name of the database is found when the SQL runs. */
export function renderSetting({ path, facts }: CatalogObject): string[] {
  const [name = "", role = ""] = path;
  const value = facts["value"] ?? "";
  // These hold lists of names and keep their quotes; a constant would be one name.
  const isList =
    /^(?:search_path|local_preload_libraries|session_preload_libraries|shared_preload_libraries|temp_tablespaces|unix_socket_directories)$/i.test(
      name,
    );
  const written = isList ? (value === "" ? "''" : value) : quoteLiteral(value);
  const parameter = name.split(".").map(shortName).join(".");
  const head = role === "" ? "ALTER DATABASE %I" : `ALTER ROLE ${shortName(role)} IN DATABASE %I`;
  return [onThisDatabase(`${head} SET ${parameter} TO ${written}`)];
}

/** A statement that names the database it runs in, as `%I`. */
export function onThisDatabase(statement: string): string {
  const text = quoteLiteral(statement.replaceAll("%", "%%").replaceAll("%%I", "%I"));
  return `DO $veza$ BEGIN EXECUTE pg_catalog.format(${text}, pg_catalog.current_database()); END $veza$`;
}
