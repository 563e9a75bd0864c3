import { exitCodes } from "../kernel/error.ts";
import { maskPasswords } from "../postgres/target.ts";
import { main } from "./main.ts";

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
  // A reader that went away (`| head`) is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(exitCodes.done);
    throw error;
  });
  try {
    process.exitCode = await main({
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
    });
  } finally {
    for (const tidy of tidies) tidy();
  }
}

/** A password on the command line stands in the process list for as long as we run, unless the title takes its place. */
function hideArguments(argv: readonly string[]): void {
  const masked = argv.map(maskPasswords);
  if (masked.some((word, index) => word !== argv[index])) process.title = ["veza-db", ...masked].join(" ");
}
