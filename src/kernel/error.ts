/**
 * The one class for everything that can go wrong without being a bug.
 *
 * An error speaks in PostgreSQL's three lines: what happened (message), the facts (detail) and a hint that is a
 * command to run. Its `code` is stable and documented; its ending decides the exit code.
 */

/** How a run ends, and the exit code that says so. */
export const exitCodes = {
  done: 0,
  negative: 1,
  usage: 2,
  environment: 3,
  refused: 4,
  failed: 5,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type Ending = Exclude<keyof typeof exitCodes, "done" | "negative">;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface VezaErrorParts {
  /** Stable and documented, e.g. `migrate.checksum-mismatch`. */
  readonly code: string;
  readonly ending: Ending;
  readonly message: string;
  /** Facts, one a line. */
  readonly detail?: string | undefined;
  /** What to do next: a command, or a sentence that holds one. */
  readonly hint?: string | undefined;
  /** One closing line: in what state things are now. */
  readonly state?: string | undefined;
  /** Fields for programs, printed under `--json` beside the text. */
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

export class VezaError extends Error {
  readonly code: string;
  readonly ending: Ending;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly state: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(parts: VezaErrorParts) {
    super(parts.message, { cause: parts.cause });
    this.name = "VezaError";
    this.code = parts.code;
    this.ending = parts.ending;
    this.detail = parts.detail;
    this.hint = parts.hint;
    this.state = parts.state;
    this.facts = parts.facts ?? {};
  }

  get exitCode(): ExitCode {
    return exitCodes[this.ending];
  }

  /** The same error with some parts replaced. */
  with(parts: Partial<VezaErrorParts>): VezaError {
    return new VezaError({
      code: this.code,
      ending: this.ending,
      message: this.message,
      detail: this.detail,
      hint: this.hint,
      state: this.state,
      facts: this.facts,
      cause: this.cause,
      ...parts,
    });
  }
}

/** The error of a wrong call: exit code 2. */
export function usageError(code: string, message: string, hint?: string, detail?: string): VezaError {
  return new VezaError({ code, ending: "usage", message, hint, detail });
}

/** True for a system error such as ENOENT, with that code. */
export function isSystemError(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** What an unknown thrown value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
