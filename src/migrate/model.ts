import type { Directives } from "../sql/directives.ts";

/** A migration as it lies on disk. Its text is read again when it is needed, so that many files cost little. */
export interface MigrationFile {
  readonly id: string;
  readonly name: string;
  /** The file's name inside the folder. */
  readonly file: string;
  /** As people find it, e.g. `migrations/2024-01-01-001-initial-schema.sql`. */
  readonly shown: string;
  readonly path: string;
  /** SHA-256 of the text without byte-order mark and with CRLF turned into LF. */
  readonly checksum: string;
  readonly bytes: number;
  /** The path of the `.down.sql` beside it, where there is one. */
  readonly downPath: string | undefined;
}

/** Two files that bear the same id. */
export interface Clash {
  readonly id: string;
  readonly files: readonly string[];
}

/** What the folder holds, sorted by id. */
export interface MigrationFolder {
  readonly dir: string;
  /** The folder as people call it: relative to the project where it lies inside. */
  readonly shownDir: string;
  readonly files: readonly MigrationFile[];
  readonly clashes: readonly Clash[];
  readonly warnings: readonly string[];
}

/** `applied`, or `partial`: a no-transaction migration of which only some statements are done. */
export type HistoryStatus = "applied" | "partial";

/** A row of the history table, as far as planning needs it. */
export interface LedgerRow {
  readonly id: string;
  readonly checksum: string;
  readonly status: HistoryStatus;
  readonly statementsDone: number;
  readonly statementsTotal: number;
}

/** The same with what people want to know. */
export interface HistoryRow extends LedgerRow {
  readonly name: string;
  readonly appliedAt: Date;
  readonly appliedBy: string;
  readonly durationMs: number;
  readonly hasDown: boolean;
}

export interface Problem {
  readonly kind: "changed" | "missing" | "late" | "partial" | "duplicate";
  readonly id: string;
  readonly message: string;
}

/** A pending migration, read and taken apart. */
export interface Step {
  readonly file: MigrationFile;
  readonly text: string;
  readonly downText: string | undefined;
  readonly directives: Directives;
  /** The history has a row for it already: a no-transaction migration that did not come to its end. */
  readonly isBegun: boolean;
  /** Where a no-transaction migration goes on: statements that are done already. */
  readonly statementsDone: number;
  /** In this run the server has refused the statement that comes next: it has not got through. */
  readonly wasRefused?: boolean;
}

/** The history table and its log. */
export interface HistoryNames {
  readonly schema: string;
  readonly table: string;
}
