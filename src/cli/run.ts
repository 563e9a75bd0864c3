import { VezaError, exitCodes } from "../kernel/error.ts";
import { maskPasswords } from "../postgres/target.ts";
import type { Io } from "./io.ts";
import { fail, main } from "./main.ts";

/** The process around {@link main}: signals in, exit code out. The only place that ends the process. */
export async function run(): Promise<void> {
  hideArguments(process.argv.slice(2));
  const controller = new AbortController();
  const tidies: (() => void)[] = [];
  const stopOn = (name: "SIGINT" | "SIGTERM"): void => {
    process.on(name, () => {
      // The first signal asks; the second does not wait.
      if (controller.signal.aborted)
        process.exit(name === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated);
      controller.abort(name);
    });
  };
  stopOn("SIGINT");
  stopOn("SIGTERM");
  const io: Io = {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    // Opened when it is asked for: few calls read anything.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
    onEnd: (tidy) => tidies.push(tidy),
  };
  process.stdout.on("error", (error: NodeJS.ErrnoException) => void endUnread(error, io));
  // What is told to nobody is lost. The work that it tells of goes on.
  process.stderr.on("error", () => {});
  try {
    process.exitCode = await main(io);
  } finally {
    for (const tidy of tidies) tidy();
  }
}

/** Ends a run whose result nobody gets. A reader that went away (`| head`) is no failure of ours. */
async function endUnread(error: NodeJS.ErrnoException, io: Io): Promise<void> {
  process.exit(error.code === "EPIPE" ? exitCodes.done : await fail(unwritable(error), io, [], undefined));
}

function unwritable(error: Error): VezaError {
  return new VezaError({
    code: "cli.cannot-write",
    ending: "environment",
    message: "The result cannot be written to stdout.",
    detail: error.message,
    hint: "Write it elsewhere: --file <path>",
    state: "The command itself went through; only its result is lost.",
    cause: error,
  });
}

/** A password on the command line stands in the process list for as long as we run, unless the title takes its place. */
function hideArguments(argv: readonly string[]): void {
  const masked = argv.map(maskPasswords);
  if (masked.some((word, index) => word !== argv[index])) process.title = ["veza-db", ...masked].join(" ");
}
