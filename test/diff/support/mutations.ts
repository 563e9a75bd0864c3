/** Changes of one property of an object that is there, drawn at random. */
import type { Catalog, CatalogObject, Kind } from "../../../src/catalog/model.ts";

export type Draw = (below: number) => number;

type Mutation = (catalog: Catalog, draw: Draw) => string | undefined;

function pick(
  catalog: Catalog,
  draw: Draw,
  kind: Kind,
  fits: (object: CatalogObject) => boolean = () => true,
): CatalogObject | undefined {
  const found = [...catalog.objects.values()].filter((object) => object.kind === kind && fits(object));
  return found[draw(found.length)];
}

const of =
  (
    kind: Kind,
    write: (object: CatalogObject, draw: Draw) => string,
    fits?: (object: CatalogObject) => boolean,
  ): Mutation =>
  (catalog, draw) => {
    const object = pick(catalog, draw, kind, fits);
    return object === undefined ? undefined : write(object, draw);
  };

const tableOf = ({ name, path }: CatalogObject): string =>
  name.slice(0, name.length - quoted(path.at(-1) ?? "").length - 1);
const own = ({ path }: CatalogObject): string => quoted(path.at(-1) ?? "");
const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
const isPlain = ({ of: table = "", facts }: CatalogObject): boolean =>
  table.startsWith("table ") && facts["generated"] === undefined;
const onColumn = (action: (column: CatalogObject, draw: Draw) => string, fits = isPlain): Mutation =>
  of(
    "column",
    (column, draw) => `ALTER TABLE ${tableOf(column)} ALTER COLUMN ${own(column)} ${action(column, draw)}`,
    fits,
  );
const isText = (column: CatalogObject): boolean =>
  isPlain(column) && /^(?:text|character varying)/.test(column.facts["type"] ?? "");
const isNumber = (column: CatalogObject): boolean =>
  isPlain(column) && /^(?:smallint|integer)$/.test(column.facts["type"] ?? "");

export const mutations: Readonly<Record<string, Mutation>> = {
  "column type": onColumn(() => "TYPE bigint", isNumber),
  "column text type": onColumn((_, draw) => `TYPE varchar(${100 + draw(100)})`, isText),
  "column collation": onColumn(() => 'TYPE text COLLATE "POSIX"', isText),
  "column default": onColumn((_, draw) => `SET DEFAULT ${draw(1000)}`, isNumber),
  "column default gone": onColumn(
    () => "DROP DEFAULT",
    (column) => isPlain(column) && column.facts["default"] !== undefined,
  ),
  "column not null": onColumn(() => "SET NOT NULL"),
  // pg_dump says nothing of a child's own column that its parent says.
  "column null": onColumn(
    () => "DROP NOT NULL",
    (column) => isPlain(column) && column.facts["inherited"] === undefined,
  ),
  "column storage": onColumn(
    (_, draw) => `SET STORAGE ${["EXTERNAL", "MAIN", "PLAIN"][draw(3)] ?? ""}`,
    isText,
  ),
  "column statistics": onColumn((_, draw) => `SET STATISTICS ${draw(900)}`),
  "column option": onColumn((_, draw) => `SET (n_distinct = ${1 + draw(90)})`),
  "column compression": onColumn(() => "SET COMPRESSION pglz", isText),
  "column comment": of("column", (column, draw) => `COMMENT ON COLUMN ${column.name} IS 'fuzz ${draw(99)}'`),
  "column add": of(
    "table",
    ({ name }, draw) => `ALTER TABLE ${name} ADD COLUMN fuzz_${draw(99)} int DEFAULT 4`,
  ),
  "column drop": of(
    "column",
    (column) => `ALTER TABLE ${tableOf(column)} DROP COLUMN ${own(column)} CASCADE`,
    isPlain,
  ),
  "column grant": of(
    "column",
    (column) => `GRANT SELECT (${own(column)}) ON ${tableOf(column)} TO pg_monitor`,
  ),
  "table option": of("table", ({ name }, draw) => `ALTER TABLE ${name} SET (fillfactor = ${20 + draw(70)})`),
  "table toast option": of(
    "table",
    ({ name }) => `ALTER TABLE ${name} SET (toast.autovacuum_enabled = false)`,
  ),
  "table comment": of("table", ({ name }, draw) => `COMMENT ON TABLE ${name} IS 'fuzz ${draw(99)}'`),
  "table owner": of("table", ({ name }) => `ALTER TABLE ${name} OWNER TO pg_monitor`),
  "table grant": of("table", ({ name }) => `GRANT UPDATE, SELECT ON ${name} TO pg_monitor`),
  "table row security": of("table", ({ name }) => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`),
  "table forced": of("table", ({ name }) => `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`),
  "table identity": of("table", ({ name }) => `ALTER TABLE ${name} REPLICA IDENTITY FULL`),
  "table unlogged": of("table", ({ name }) => `ALTER TABLE ${name} SET UNLOGGED`),
  "table check": of(
    "table",
    ({ name }, draw) => `ALTER TABLE ${name} ADD CONSTRAINT fuzz_${draw(99)} CHECK (true)`,
  ),
  "table policy": of(
    "table",
    ({ name }, draw) => `CREATE POLICY fuzz_${draw(99)} ON ${name} FOR UPDATE USING (true)`,
  ),
  "table rule": of(
    "table",
    ({ name }, draw) => `CREATE RULE fuzz_${draw(99)} AS ON DELETE TO ${name} DO ALSO NOTHING`,
  ),
  "table drop": of("table", ({ name }) => `DROP TABLE ${name} CASCADE`),
  "index add": of("column", (column) => `CREATE INDEX ON ${tableOf(column)} (${own(column)} DESC)`, isNumber),
  "index drop": of("index", ({ name }) => `DROP INDEX ${name} CASCADE`),
  "index comment": of("index", ({ name }, draw) => `COMMENT ON INDEX ${name} IS 'fuzz ${draw(99)}'`),
  "index rename": of("index", ({ name }, draw) => `ALTER INDEX ${name} RENAME TO fuzz_${draw(99)}`),
  "constraint drop": of(
    "constraint",
    (part) => `ALTER TABLE ${tableOf(part)} DROP CONSTRAINT ${own(part)} CASCADE`,
    ({ of: table = "" }) => table.startsWith("table "),
  ),
  "constraint comment": of(
    "constraint",
    (part, draw) => `COMMENT ON CONSTRAINT ${own(part)} ON ${tableOf(part)} IS 'fuzz ${draw(99)}'`,
    ({ of: table = "" }) => table.startsWith("table "),
  ),
  "constraint rename": of(
    "constraint",
    (part, draw) => `ALTER TABLE ${tableOf(part)} RENAME CONSTRAINT ${own(part)} TO fuzz_${draw(99)}`,
    ({ of: table = "" }) => table.startsWith("table "),
  ),
  "trigger state": of(
    "trigger",
    (part, draw) =>
      `ALTER TABLE ${tableOf(part)} ${["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"][draw(3)] ?? ""} TRIGGER ${own(part)}`,
  ),
  "trigger drop": of("trigger", (part) => `DROP TRIGGER ${own(part)} ON ${tableOf(part)}`),
  "policy drop": of("policy", (part) => `DROP POLICY ${own(part)} ON ${tableOf(part)}`),
  "rule state": of("rule", (part) => `ALTER TABLE ${tableOf(part)} DISABLE RULE ${own(part)}`),
  "view drop": of("view", ({ name }) => `DROP VIEW ${name} CASCADE`),
  "view option": of("view", ({ name }) => `ALTER VIEW ${name} SET (security_barrier = true)`),
  "view comment": of("view", ({ name }, draw) => `COMMENT ON VIEW ${name} IS 'fuzz ${draw(99)}'`),
  "view grant": of("view", ({ name }) => `GRANT SELECT ON ${name} TO pg_monitor`),
  "materialized view drop": of("materialized view", ({ name }) => `DROP MATERIALIZED VIEW ${name} CASCADE`),
  "function cost": of("function", ({ name }, draw) => `ALTER FUNCTION ${name} COST ${2 + draw(90)}`),
  "function definer": of("function", ({ name }) => `ALTER FUNCTION ${name} SECURITY DEFINER`),
  "function setting": of("function", ({ name }) => `ALTER FUNCTION ${name} SET work_mem = '7MB'`),
  "function revoke": of("function", ({ name }) => `REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`),
  "function drop": of("function", ({ name }) => `DROP FUNCTION ${name} CASCADE`),
  "function parallel": of("function", ({ name }) => `ALTER FUNCTION ${name} PARALLEL RESTRICTED`),
  "sequence bounds": of("sequence", ({ name }, draw) => `ALTER SEQUENCE ${name} CACHE ${2 + draw(50)}`),
  "sequence grant": of("sequence", ({ name }) => `GRANT USAGE ON SEQUENCE ${name} TO pg_monitor`),
  "enum label": of("enum", ({ name }, draw) => `ALTER TYPE ${name} ADD VALUE 'fuzz ${draw(99)}'`),
  "enum comment": of("enum", ({ name }, draw) => `COMMENT ON TYPE ${name} IS 'fuzz ${draw(99)}'`),
  "domain default": of("domain", ({ name }) => `ALTER DOMAIN ${name} DROP DEFAULT`),
  "domain null": of("domain", ({ name }) => `ALTER DOMAIN ${name} DROP NOT NULL`),
  "domain check": of(
    "domain",
    ({ name }, draw) => `ALTER DOMAIN ${name} ADD CONSTRAINT fuzz_${draw(99)} CHECK (VALUE IS NOT NULL)`,
  ),
  "type drop": of("composite type", ({ name }) => `DROP TYPE ${name} CASCADE`),
  "statistics target": of(
    "statistics",
    ({ name }, draw) => `ALTER STATISTICS ${name} SET STATISTICS ${draw(900)}`,
  ),
  "schema comment": of("schema", ({ name }, draw) => `COMMENT ON SCHEMA ${name} IS 'fuzz ${draw(99)}'`),
  "schema grant": of("schema", ({ name }) => `GRANT CREATE ON SCHEMA ${name} TO pg_monitor`),
  "publication table": of(
    "publication table",
    ({ facts }) => `ALTER PUBLICATION ${facts["publication"] ?? ""} DROP TABLE ${facts["table"] ?? ""}`,
  ),
  "default privileges": (_, draw) =>
    `ALTER DEFAULT PRIVILEGES GRANT ${["SELECT", "INSERT"][draw(2)] ?? ""} ON TABLES TO pg_monitor`,
};
