/** What a backup is: its manifest, as written, and where it lies. Types only. */

export type BackupFormat = "directory" | "custom" | "plain";

/** A file of a backup; its path starts at the backup's base folder. */
export interface BackupFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The rows of one table, counted in the snapshot that was dumped. */
export interface TableRows {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
}

/** What belongs to a database and is not inside it. A restore puts it back by its own statements. */
export interface DatabaseProperties {
  readonly owner: string;
  readonly encoding: string;
  readonly collate: string;
  readonly ctype: string;
  /** `c` libc, `i` ICU, `b` built in; null before PostgreSQL 15. */
  readonly provider: string | null;
  readonly locale: string | null;
  readonly icuRules: string | null;
  readonly connectionLimit: number;
  readonly isTemplate: boolean;
  readonly tablespace: string;
  readonly comment: string | null;
  /** Security labels; undefined in manifests from before they were kept. */
  readonly labels?: readonly { readonly provider: string; readonly label: string }[] | undefined;
  /** Null where the server's own default holds; a null grantee is PUBLIC. */
  readonly privileges: readonly DatabasePrivilege[] | null;
  readonly settings: readonly DatabaseSetting[];
}

export interface DatabasePrivilege {
  readonly grantee: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

export interface DatabaseSetting {
  /** Null: for every role. */
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
}

/** Which part of the database was dumped; all of it where the lists are empty and `schemaOnly` is false. */
export interface BackupContents {
  readonly schemaOnly: boolean;
  readonly tables: readonly string[];
  readonly excludeTables: readonly string[];
  readonly excludeTableData: readonly string[];
}

export interface Manifest {
  readonly schema: "veza-db/backup@1";
  readonly id: string;
  readonly database: string;
  readonly databaseOid: string;
  /** Tells the clusters apart whose databases have the same name. */
  readonly systemIdentifier: string;
  readonly server: { readonly version: string; readonly major: number; readonly isStandby: boolean };
  readonly tool: string;
  readonly programs: { readonly pgDump: string; readonly pgDumpMajor: number };
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly format: BackupFormat;
  /** e.g. `gzip:1` */
  readonly compression: string;
  readonly snapshot: string;
  readonly contents: BackupContents;
  /** Of the tables whose rows are in the dump. */
  readonly tables: readonly TableRows[];
  readonly rows: number;
  /** Null where large objects were not dumped. */
  readonly largeObjects: number | null;
  /** Entries of kind TABLE DATA in the archive; null in plain text. */
  readonly dataEntries: number | null;
  readonly properties: DatabaseProperties;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** The roles that own something or are granted something: a restore needs them. */
  readonly roles: readonly string[];
  readonly tablespaces: readonly string[];
  /** The last migration that the history has as applied. */
  readonly migrations: { readonly last: string | null; readonly applied: number };
  /** Paths of the dump itself, the cluster's roles and the schema as facts. */
  readonly dump: string;
  readonly rolesFile: string;
  readonly hasRolePasswords: boolean;
  readonly catalogFile: string | null;
  readonly files: readonly BackupFile[];
  readonly bytes: number;
  readonly previous: string | null;
}

/** A backup that was found on disk. */
export interface Backup {
  readonly id: string;
  readonly place: BackupPlace;
  readonly manifest: Manifest;
  /** Why it cannot be relied on, as far as a look at names, sizes and earlier verifications tells. */
  readonly problem: string | undefined;
  readonly isPinned: boolean;
  readonly verifications: readonly Verification[];
}

/** Something that has a backup's name and is none that can be used. */
export interface BrokenBackup {
  readonly id: string;
  readonly path: string;
  readonly folder: string;
  readonly problem: string;
}

/** Where the parts of a backup lie. */
export interface BackupPlace {
  /** What people are shown: the folder, or the one file of plain text. */
  readonly path: string;
  /** Where the paths of the manifest's files start. */
  readonly base: string;
  readonly manifest: string;
  readonly verifications: string;
  readonly pin: string;
}

export const levels = ["list", "hash", "read", "restore"] as const;
export type Level = (typeof levels)[number];

export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

/** One verification, as it is kept beside the backup. */
export interface Verification {
  readonly at: string;
  readonly level: Level;
  readonly ok: boolean;
  readonly failed: readonly string[];
}
