import { createRequire } from "node:module";
import type Postgres from "postgres";

/**
 * The driver, loaded when the first connection is made: most of what it costs is node:tls and node:crypto. It is its
 * CommonJS build: Node loads that in half the time of the ES modules.
 */
export function loadDriver(): typeof Postgres {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- require() knows no types
  return createRequire(import.meta.url)("postgres") as typeof Postgres;
}
