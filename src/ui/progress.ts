import type { Ora } from "ora";
import { printable } from "./printable.ts";
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

/** What takes less needs no moving picture. */
const patienceMs = 150;

export function createReporter(options: ReporterOptions): Reporter {
  const picture = options.isTerminal && !options.isSilent ? createPicture() : undefined;
  const print = (content: string): void => {
    picture?.hide();
    options.write(`${content}\n`);
  };
  return {
    line: (content) => {
      if (!options.isSilent) print(content);
    },
    working: (content) => picture?.show(printable(content)),
    verbose: (content) => {
      if (options.isVerbose && !options.isSilent) print(options.style.muted(content));
    },
    echo: (sql) => {
      if (options.isEchoing) print(options.style.muted(printable(sql.trimEnd())));
    },
    stop: () => picture?.hide(),
  };
}

interface Picture {
  show(content: string): void;
  hide(): void;
}

/** One moving picture for the whole run. It appears after a moment; ora is loaded only then. */
function createPicture(): Picture {
  let wanted: string | undefined;
  let spinner: Ora | undefined;
  let timer: NodeJS.Timeout | undefined;
  const draw = async (): Promise<void> => {
    const { default: ora } = await import("ora");
    spinner ??= ora({ stream: process.stderr, discardStdin: false });
    if (wanted !== undefined) spinner.start(wanted);
  };
  return {
    show: (content) => {
      wanted = content;
      if (spinner?.isSpinning === true) {
        spinner.text = content;
        return;
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        void draw();
      }, patienceMs).unref();
    },
    hide: () => {
      wanted = undefined;
      clearTimeout(timer);
      timer = undefined;
      spinner?.stop();
    },
  };
}
