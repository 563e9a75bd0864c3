/**
 * What an application or its tests may import.
 *
 *     import { migrate, createTestDatabase } from "veza-db";
 */
export { VezaError } from "./kernel/error.ts";
export type { Ending, ExitCode, VezaErrorParts } from "./kernel/error.ts";
export { migrate } from "./migrate/library.ts";
export type { MigrateOptions, MigrateResult } from "./migrate/library.ts";
export type { Applied, Direction, RunEvent } from "./migrate/run-options.ts";
export { createTestDatabase } from "./migrate/test-database.ts";
export type { TestDatabase, TestDatabaseOptions } from "./migrate/test-database.ts";
