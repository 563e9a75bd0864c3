/** What doctor found out, and what it says of it. Types only. */

export type Status = "ok" | "warning" | "problem";

/** One thing that was checked. */
export interface Finding {
  /** Stable, for programs: `connection`, `pg_dump`, … */
  readonly check: string;
  readonly status: Status;
  readonly message: string;
  /** The command or statement that mends it. */
  readonly hint?: string;
}

/** One setting with its value, passwords masked, and where it came from. */
export interface SettingFact {
  readonly key: string;
  readonly value: string | number | boolean | null;
  /** Durations are kept in milliseconds. */
  readonly unit?: "ms" | "bytes";
  readonly origin: string;
}

/** An error as far as a finding repeats it. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** How connecting went. */
export type Attempt =
  | { readonly kind: "unnamed" }
  | { readonly kind: "failed"; readonly trouble: Trouble }
  | {
      readonly kind: "made";
      /** user@host:port/database */
      readonly place: string;
      /** The server is on this machine. */
      readonly isLocal: boolean;
      readonly version: string;
      readonly major: number;
      readonly isPooled: boolean;
      readonly tookMs: number;
    };

/** What the server says of the session, its role and its database. */
export interface ServerState {
  readonly database: string;
  readonly user: string;
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly encoding: string;
  readonly isSuperuser: boolean;
  readonly mayCreateSchemas: boolean;
  readonly mayCreateDatabases: boolean;
  readonly isMonitor: boolean;
  readonly isEncrypted: boolean;
}

/** The schema of the history table. */
export interface HistorySchema {
  readonly name: string;
  readonly exists: boolean;
  readonly mayCreate: boolean;
}

/** pg_stat_statements, on which the statistics of statements rest. */
export interface StatementsExtension {
  readonly isAvailable: boolean;
  readonly isPreloaded: boolean;
  /** The version that this database has; null where it was not created. */
  readonly createdVersion: string | null;
}

/** The server's clock, read once, and our own around it. All in milliseconds since 1970. */
export interface ClockReading {
  readonly serverMs: number;
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** A program of PostgreSQL's on this machine, in each version that was found. */
export interface ProgramFact {
  readonly name: string;
  readonly found: readonly { readonly path: string; readonly version: string; readonly major: number }[];
}

export type EmbeddedState =
  | { readonly kind: "stopped" }
  | { readonly kind: "running"; readonly version: string; readonly pid: number; readonly url: string }
  | { readonly kind: "failed"; readonly trouble: Trouble };

export type MigrationsState =
  | {
      readonly kind: "read";
      readonly shownDir: string;
      readonly count: number;
      readonly clashes: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: "failed"; readonly trouble: Trouble };

/** What `.veza/last/<command>.json` says; undefined fields where it cannot be read. */
export interface OutcomeFact {
  readonly file: string;
  readonly command: string;
  readonly finishedAt: Date | undefined;
  readonly exitCode: number | undefined;
  readonly error: string | undefined;
}

/** The whole of what doctor found. */
export interface DoctorData {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly settings: readonly SettingFact[];
  readonly server: { readonly place: string; readonly version: string } | null;
}
