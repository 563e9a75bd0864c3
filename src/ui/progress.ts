import type { Style } from "./style.ts";

/** What a run reports while it works. Domains report; only this room draws, on stderr. */
export interface Reporter {
  /** A step that is done, or a fact worth a line. */
  line(content: string): void;
  /** What goes on now, until the next call; a moving picture on a terminal, nothing elsewhere. */
  working(content: string): void;
  /** Only under --verbose. */
  verbose(content: string): void;
  /** Only under --echo: an SQL text that is about to be sent. */
  echo(sql: string): void;
  /** Stops any moving picture. */
  stop(): void;
}

export interface ReporterOptions {
  readonly write: (content: string) => void;
  readonly style: Style;
  readonly isTerminal: boolean;
  readonly isSilent: boolean;
  readonly isVerbose: boolean;
  readonly isEchoing: boolean;
}

interface Spinner {
  text: string;
  start(): unknown;
  stop(): unknown;
}

export function createReporter(options: ReporterOptions): Reporter {
  let spinner: Spinner | undefined;
  let wanted: string | undefined;
  const stop = (): void => {
    wanted = undefined;
    spinner?.stop();
    spinner = undefined;
  };
  const print = (content: string): void => {
    stop();
    options.write(`${content}\n`);
  };
  return {
    line: (content) => {
      if (!options.isSilent) print(content);
    },
    working: (content) => {
      if (options.isSilent || !options.isTerminal) return;
      if (spinner !== undefined) {
        spinner.text = content;
        return;
      }
      const isStarting = wanted !== undefined;
      wanted = content;
      if (!isStarting) void loadSpinner().then((create) => wanted !== undefined && (spinner = create(wanted)).start());
    },
    verbose: (content) => {
      if (options.isVerbose && !options.isSilent) print(options.style.muted(content));
    },
    echo: (sql) => {
      if (options.isEchoing) print(options.style.muted(sql.trimEnd()));
    },
    stop,
  };
}

/** ora costs as much as bare Node to load, so it comes only when something is to move. */
async function loadSpinner(): Promise<(content: string) => Spinner> {
  const { default: ora } = await import("ora");
  return (content) => ora({ text: content, stream: process.stderr, discardStdin: false });
}
