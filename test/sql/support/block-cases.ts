import { readFileSync } from "node:fs";

/** A statement, and what PostgreSQL says cannot run inside a transaction block, or null where it may. */
export interface BlockCase {
  readonly sql: string;
  readonly subject: string | null;
  /** The first major version that says so. */
  readonly since?: number;
}

export function readBlockCases(): readonly BlockCase[] {
  return JSON.parse(readFileSync(new URL("../../cases/sql/transaction-block.json", import.meta.url), "utf8"));
}
