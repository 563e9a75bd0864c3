/** What a run has of the world around it; tests give their own. */
export interface Io {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted by SIGINT or SIGTERM; the reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Registers what must be tidied when the run ends, however it ends. */
  onEnd(tidy: () => void): void;
}

export interface OutputStream {
  write(content: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}
