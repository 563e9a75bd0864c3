/** What tuning is about: a server's settings, the machine it runs on and what it has been through. Types only. */

export const profiles = ["web", "oltp", "dw", "mixed", "desktop"] as const;
export type Profile = (typeof profiles)[number];

export const disks = ["ssd", "hdd", "nvme", "san"] as const;
export type Disk = (typeof disks)[number];

/** Who runs the server: `self` where ALTER SYSTEM is the owner's to use. */
export type Platform = "self" | "rds" | "cloudsql" | "azure";

/** One setting as pg_settings has it; values are texts in `unit`. */
export interface SettingFact {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly vartype: "bool" | "integer" | "real" | "enum" | "string";
  /** `postmaster`: a restart is needed. */
  readonly context: string;
  readonly source: string;
  readonly min: string | null;
  readonly max: string | null;
  readonly choices: readonly string[] | null;
  /** PostgreSQL's own value; what initdb chose for the machine counts as configured. */
  readonly bootValue: string | null;
  readonly pendingRestart: boolean;
  /** What a fresh session of this role gets. */
  readonly resetValue: string | null;
}

/** One line of a configuration file. */
export interface FileLine {
  /** null where the error is about a line that is gone. */
  readonly file: string | null;
  readonly line: number | null;
  readonly name: string | null;
  readonly value: string | null;
  readonly applied: boolean;
  readonly error: string | null;
  /** It stands in postgresql.auto.conf, where ALTER SYSTEM writes. */
  readonly isAuto: boolean;
}

/** A value that a role or a database has instead of the server's. */
export interface Override {
  readonly name: string;
  readonly value: string;
  /** null: every role. */
  readonly role: string | null;
  /** null: every database. */
  readonly database: string | null;
}

export interface ServerState {
  readonly version: string;
  readonly major: number;
  /** The cluster's own number; null where the role may not read it. */
  readonly systemIdentifier: string | null;
  readonly database: string;
  readonly user: string;
  readonly isSuperuser: boolean;
  readonly isStandby: boolean;
  readonly platform: Platform;
  readonly isAurora: boolean;
  /** False under `allow_alter_system = off` (17 and newer). */
  readonly allowsAlterSystem: boolean;
  readonly mayReload: boolean;
  /** The server can compile expressions. */
  readonly hasJit: boolean;
  /** Those that follow it, or have a slot to. */
  readonly standbys: number;
  readonly slots: number;
  readonly logicalSlots: number;
}

/** A fact with the place that it came from. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

/** The disk of pg_wal. */
export interface WalDisk {
  /** What the server's account may still write there. */
  readonly freeBytes: number;
  /** What the WAL takes of it now. */
  readonly walBytes: number;
}

export interface Machine {
  readonly ram: Sourced;
  readonly cpus: Sourced;
  /** Bytes of huge pages that the machine has set aside; null where that is not known. */
  readonly hugePageBytes: number | null;
  /** The size of /dev/shm, where parallel queries share memory; null where it is not known or not limited. */
  readonly sharedMemoryBytes: number | null;
  /** null where it is not known: the server runs elsewhere, or its folder cannot be looked into. */
  readonly walDisk: WalDisk | null;
}

/** What the server has counted since its statistics were last reset. */
export interface Load {
  readonly sinceMs: number | null;
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly checkpointsTimed: number;
  readonly checkpointsRequested: number;
  readonly checkpointsSinceMs: number | null;
  readonly walBytes: number;
  readonly walFullPageImages: number;
  readonly walSinceMs: number | null;
  readonly connectionsNow: number;
  /** Sessions at once, averaged over the time of the statistics. */
  readonly connectionsAverage: number | null;
  /** The most that any look of the tool's has seen. */
  readonly connectionsPeak: number;
  readonly databaseBytes: number;
  /** In this database alone. */
  readonly largestTableRows: number;
  readonly largestIndexBytes: number;
  readonly tablesBehindVacuum: number;
  readonly deadRowsBehindVacuum: number;
  readonly busyVacuumWorkers: number;
}

export interface Facts {
  readonly server: ServerState;
  readonly settings: ReadonlyMap<string, SettingFact>;
  /** null where the role may not read the configuration files. */
  readonly lines: readonly FileLine[] | null;
  readonly overrides: readonly Override[];
  readonly machine: Machine;
  readonly load: Load;
}

/** What the caller says of machine and use. */
export interface Wishes {
  readonly profile: Profile;
  readonly disk: Disk;
  /** False: nobody named the disk, it is assumed. */
  readonly isDiskGiven: boolean;
  /** A max_connections asked for by name. */
  readonly connections: number | undefined;
  /** Values that the caller gives himself, as he wrote them. */
  readonly given: Readonly<Record<string, string>>;
  /** Empty: all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** One setting that should change. Values are as pg_settings has them: in `unit`. */
export interface Change {
  readonly name: string;
  readonly current: string;
  readonly recommended: string;
  readonly unit: string | null;
  readonly vartype: SettingFact["vartype"];
  /** True: takes effect when the server is started again; false: at a reload. */
  readonly restart: boolean;
  readonly reason: string;
  /** Where the rule comes from. */
  readonly source: string;
  /** The same values as people write them, `6GB`. */
  readonly currentText: string;
  readonly recommendedText: string;
}

/** One setting that is left as it is, and why. */
export interface Left {
  readonly name: string;
  readonly current: string;
  readonly currentText: string;
  readonly reason: string;
  readonly source: string;
}

/** What the server may come to use, in bytes. */
export interface Budget {
  readonly sharedBytes: number;
  readonly connections: number;
  readonly workMemBytes: number;
  readonly hashMemMultiplier: number;
  /** connections × work_mem × hash_mem_multiplier */
  readonly sessionsBytes: number;
  readonly maintenanceBytes: number;
  /** autovacuum_max_workers × autovacuum_work_mem */
  readonly autovacuumBytes: number;
  readonly totalBytes: number;
  /** 80 % of the memory. */
  readonly limitBytes: number;
  readonly isWithin: boolean;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly left: readonly Left[];
  readonly budget: Budget;
  /** The same with the settings as they are. */
  readonly budgetNow: Budget;
  /** The budget is over its limit: by how much, and what would have to be lower. */
  readonly excess: string | null;
  /** What the settings alone cannot mend. */
  readonly notes: readonly string[];
}

/** How one setting stands after it was written. */
export type Standing = "applied" | "pending restart" | "overridden" | "strayed";

export interface Outcome {
  readonly name: string;
  /** As it should be, in `unit`. */
  readonly wanted: string;
  /** As a new session finds it. */
  readonly actual: string;
  readonly unit: string | null;
  readonly status: Standing;
  /** Who overrides it: `command line`, `role app`, `database veza`; what strays. */
  readonly by: readonly string[];
}
