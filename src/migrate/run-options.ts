import type { Db } from "../postgres/connect.ts";
import type { HistoryNames, Step } from "./model.ts";

export interface Applied {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly statements: number;
  readonly durationMs: number;
}

/** What a run tells while it works. */
export type RunEvent =
  | { readonly kind: "waiting-for-lock"; readonly holder: string }
  | { readonly kind: "started"; readonly step: Step; readonly direction: Direction }
  | {
      readonly kind: "statement";
      readonly step: Step;
      readonly number: number;
      readonly total: number;
      readonly sql: string;
    }
  | { readonly kind: "blocked"; readonly by: string }
  | {
      readonly kind: "retry";
      readonly step: Step;
      readonly attempt: number;
      readonly of: number;
      readonly reason: string;
    }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "finished"; readonly done: Applied; readonly direction: Direction };

/** `up` applies a migration, `down` takes it back. */
export type Direction = "up" | "down";

export interface RunOptions {
  readonly names: HistoryNames;
  readonly lockWaitMs: number;
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly lockRetries: number;
  readonly signal: AbortSignal;
  /** The command that goes on after a failure, e.g. `veza-db migrate --embedded`. */
  readonly again: string;
  /** Opens one more connection to the same database. */
  readonly reconnect: () => Promise<Db>;
  readonly tell: (event: RunEvent) => void;
}
