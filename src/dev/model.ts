/** The words of the embedded server: what is asked for, and what is then there. Types and fixed names only. */
import type { Account } from "../programs/run.ts";

export type { Account };

export interface EmbeddedOptions {
  /** The project's `.veza` folder, absolute. */
  readonly stateDir: string;
  /** A major version, 14 to 18. Without it: that of the data which is there, else the newest one at hand. */
  readonly pgVersion?: number | undefined;
  /** A folder that holds postgres, initdb and pg_ctl; or `system` or `npm`, to allow that source alone. */
  readonly binDir?: string | undefined;
  /** Where fetched majors are kept; `binaries` in the state folder unless told otherwise. */
  readonly binariesDir?: string | undefined;
  /** Settings given to this start of the server, over everything in its files: `{ fsync: "off" }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Told what takes time, a line each. */
  readonly report?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type BinarySource = "system" | "npm" | "given";

export interface EmbeddedServer {
  readonly url: string;
  readonly host: "127.0.0.1";
  readonly port: number;
  /** As PostgreSQL writes it: `15.18`. */
  readonly version: string;
  readonly major: number;
  readonly binDir: string;
  readonly source: BinarySource;
  readonly dataDir: string;
  readonly logFile: string;
  readonly pid: number;
  /** True when this call started it. */
  readonly started: boolean;
  readonly user: string;
  readonly database: string;
}

export interface StopResult {
  /** False when none ran. */
  readonly stopped: boolean;
  readonly pid: number | undefined;
  readonly dataDir: string | undefined;
}

/** Programs of one PostgreSQL version. */
export interface Binaries {
  readonly binDir: string;
  readonly version: string;
  readonly major: number;
  readonly source: BinarySource;
}

export const oldestMajor = 14;
export const newestMajor = 18;
export const superuser = "postgres";
export const databaseName = "veza";

/** The major in `15.18`, `18beta1` or `18.4.0-beta.17`; undefined when the text is no version. */
export function majorOf(version: string): number | undefined {
  const match = /^(\d+)/.exec(version);
  return match === null ? undefined : Number(match[1]);
}

export function isSupported(major: number): boolean {
  return Number.isInteger(major) && major >= oldestMajor && major <= newestMajor;
}
