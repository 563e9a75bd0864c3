/** Holds a restored database against what the backup says of itself. */
import { join } from "node:path";
import { readCatalog } from "../../catalog/read.ts";
import { findDrift } from "../../drift/findings.ts";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { readCatalogFile } from "../catalog-file.ts";
import { countRows } from "../count-rows.ts";
import { isWhole } from "../kind.ts";
import type { Check, Manifest } from "../model.ts";
import { countLargeObjects } from "../read-database.ts";
import { judge } from "../verify/check-files.ts";

export interface Comparison {
  readonly base: string;
  readonly manifest: Manifest;
  /** Owners and privileges were restored, so that they are compared. */
  readonly withRoles: boolean;
  /** Only these tables' rows were restored. */
  readonly onlyTables?: readonly { readonly schema: string; readonly name: string }[];
  readonly withRows: boolean;
  /** The database's settings are those of the backup. */
  readonly withSettings: boolean;
}

/** Counts rows and large objects, and compares every property of every object. */
export async function checkDatabase(db: Db, comparison: Comparison): Promise<Check[]> {
  const { manifest, withRows, onlyTables } = comparison;
  const checks: Check[] = [];
  if (withRows) checks.push(await checkRows(db, comparison));
  if (withRows && onlyTables === undefined && manifest.largeObjects !== null && isWhole(manifest.contents)) {
    const found = await countLargeObjects(db);
    const wrong =
      found === manifest.largeObjects ? [] : [`${found} large objects, not ${manifest.largeObjects}`];
    checks.push(judge("large objects", wrong, `${found} large objects`));
  }
  if (onlyTables === undefined) checks.push(await checkSchema(db, comparison));
  return checks;
}

async function checkRows(db: Db, { manifest, onlyTables }: Comparison): Promise<Check> {
  const isMeant = (schema: string, name: string): boolean =>
    onlyTables === undefined || onlyTables.some((table) => table.schema === schema && table.name === name);
  const tables = manifest.tables.filter(({ schema, name }) => isMeant(schema, name));
  try {
    const counted = await countRows(db, tables);
    const wrong = tables.flatMap(({ schema, name, rows }, index) => {
      const found = counted[index]?.rows ?? 0;
      return found === rows ? [] : [`${schema}.${name} has ${found} rows, not ${rows}`];
    });
    const total = counted.reduce((sum, { rows }) => sum + rows, 0);
    return judge(
      "rows",
      wrong,
      `${total} rows of ${tables.length} tables, as they were counted in the backup's snapshot`,
    );
  } catch (error) {
    if (!(error instanceof VezaError) || error.code === "connection.lost") throw error;
    return judge("rows", [error.message], "");
  }
}

/** `drift` against the backup: what the restored database has that differs from what was backed up. */
async function checkSchema(db: Db, { base, manifest, withRoles, withSettings }: Comparison): Promise<Check> {
  const nothing = (why: string): Check => ({ check: "schema", ok: true, message: `not compared: ${why}` });
  if (manifest.catalogFile === null) return nothing("the backup holds a part of the schema");
  const wanted = await readCatalogFile(join(base, manifest.catalogFile));
  if (wanted === undefined) return nothing("the backup's facts were written by another version of veza-db");
  if (wanted.server.major !== db.facts.major)
    return nothing(`the backup is of PostgreSQL ${wanted.server.major}, this server is ${db.facts.major}`);
  const found = await readCatalog(db, { migrators: [manifest.properties.owner] });
  const differences = findDrift(found, wanted)
    .map((finding) => ({
      ...finding,
      properties: finding.properties.filter(({ property }) => withRoles || !isAboutRoles(property)),
    }))
    .filter(({ action, properties, kind }) =>
      action === "alter" ? properties.length > 0 : withRoles || kind !== "default privileges",
    )
    // The database has another name here, and is not somebody's for good yet.
    .filter(({ kind }) => kind !== "database" && (withSettings || kind !== "setting"));
  const shown = differences.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`);
  return judge("schema", shown, `${wanted.objects.size} objects, each as it was`);
}

function isAboutRoles(property: string): boolean {
  return property === "owner" || /grant|privilege/i.test(property);
}
