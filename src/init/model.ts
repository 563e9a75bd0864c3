/** What a new project consists of, and what was found where it is to stand. */

/** Which continuous-integration service gets an example. */
export const ciServices = ["github", "gitlab", "none"] as const;
export type CiService = (typeof ciServices)[number];

/** A file of the new project: its path inside the folder, and what it holds. */
export interface ProjectFile {
  readonly path: string;
  readonly content: string;
}

/** The templates, read from disk. */
export interface Templates {
  readonly settings: string;
  readonly environment: string;
  readonly migration: string;
  readonly migrationDown: string;
  readonly seeds: string;
  readonly queries: string;
  readonly partitions: string;
  readonly ci: string;
}

/** What the folder holds already. */
export interface Found {
  /** The folder of the migrations, relative to the project: what the settings file says where there is one. */
  readonly migrationsDir: string;
  readonly hasMigrations: boolean;
  /** Paths that exist, of those that a project may have. */
  readonly existing: ReadonlySet<string>;
  /** The text of `.gitignore`; undefined where there is none. */
  readonly gitignore: string | undefined;
}

/** What will be done: nothing that exists is written over. */
export interface InitPlan {
  readonly create: readonly ProjectFile[];
  /** Lines to add at the end of a file that is there. */
  readonly append: readonly ProjectFile[];
  readonly keep: readonly string[];
}

/** What was done. */
export interface InitResult {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly kept: readonly string[];
}
