import type { Catalog } from "../catalog/model.ts";
import { addShells, breakCircles, splitSelfViews } from "./circles.ts";
import { orderSteps } from "./order.ts";
import type { Surroundings } from "./render/model.ts";
import { partsOf, planSteps } from "./steps.ts";
import type { Step } from "./steps.ts";

/** Settings that the statements need, whoever loads them. */
const head = [
  "SET statement_timeout = 0",
  "SET lock_timeout = 0",
  "SET client_encoding = 'UTF8'",
  "SET standard_conforming_strings = on",
  "SET check_function_bodies = false",
  "SET client_min_messages = warning",
  "SET row_security = off",
  "SET default_tablespace = ''",
  "SET default_table_access_method = heap",
  "SELECT pg_catalog.set_config('search_path', '', false)",
];

/** The steps that make the schema, in the order in which they can be run. */
export function schemaSteps(catalog: Catalog): readonly Step[] {
  const around: Surroundings = { catalog, parts: partsOf(catalog) };
  const steps = planSteps(around);
  addShells(steps);
  splitSelfViews(steps, around);
  for (;;) {
    const { sorted, circular, stuck } = orderSteps(steps);
    if (circular.length === 0) return sorted;
    if (!breakCircles(steps, circular, around)) {
      // Written all the same, by kind and name: whoever reads it sees more than an error would say.
      return [...sorted, ...stuck.toSorted((a, b) => a.rank - b.rank)];
    }
  }
}

/** The schema as SQL that psql can load into an empty database; the same bytes for the same schema. */
export function dumpSchema(catalog: Catalog): string {
  return [headText(), missingText(catalog), ...schemaSteps(catalog).map(stepText)]
    .filter((text) => text !== "")
    .join("\n");
}

/** What a migration needs of the head: for its own transaction alone. */
const migrationHead = [
  "SET LOCAL check_function_bodies = false",
  "SET LOCAL default_tablespace = ''",
  "SET LOCAL default_table_access_method = heap",
  "SELECT pg_catalog.set_config('search_path', '', true)",
];

/** The schema as a migration: one transaction, whose settings end with it. */
export function dumpMigration(catalog: Catalog): string {
  const head = `-- The schema as it was when migrations began, written by veza-db migrate baseline.\n\n${migrationHead.map(terminated).join("")}`;
  return [head, missingText(catalog), ...schemaSteps(catalog).map(stepText)]
    .filter((text) => text !== "")
    .join("\n");
}

export function headText(): string {
  return `-- The schema, written by veza-db schema dump.\n\n${head.map((sql) => `${sql};\n`).join("")}`;
}

export function stepText({ statements }: Step): string {
  return statements.map(terminated).join("");
}

/** A comment needs no semicolon; everything else has one. */
export function terminated(sql: string): string {
  return sql.startsWith("--") ? `${sql}\n` : `${sql};\n`;
}

/** Drops what every new database has, and this one has not. */
export function missingText({ objects }: Catalog): string {
  return [
    ...(objects.has("schema public") ? [] : ["DROP SCHEMA IF EXISTS public;\n"]),
    ...(objects.has("extension plpgsql") ? [] : ["DROP EXTENSION IF EXISTS plpgsql;\n"]),
  ].join("");
}
