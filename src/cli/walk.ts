import { resolve } from "node:path";
import { VezaError, exitCodes, messageOf, usageError } from "../kernel/error.ts";
import { resolveSettings } from "../settings/resolve.ts";
import type { Settings } from "../settings/model.ts";
import { maskPasswords } from "../postgres/target.ts";
import { printable } from "../ui/printable.ts";
import { createReporter } from "../ui/progress.ts";
import { styleFor } from "../ui/style.ts";
import type { Style } from "../ui/style.ts";
import { openConnection, targetOf, wantsEmbedded } from "./connection.ts";
import type { ConnectionRequest } from "./connection.ts";
import type { Command, ConnectWish, Context, Result } from "./command.ts";
import type { Io } from "./io.ts";
import { recordOutcome, writeResult } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Call } from "./parse.ts";
import { renderBlocks, renderResult } from "./render.ts";

export interface Walk {
  readonly path: readonly string[];
  /** The group's name alone when its default subcommand runs. */
  readonly shownPath: readonly string[];
  readonly command: Command;
  readonly call: Call;
  readonly io: Io;
  /** Warnings are gathered here, so that a failure can print them too. */
  readonly warnings: string[];
  readonly form: string;
}

/** The one way that every command goes: settings → run (read → plan → confirm → apply) → view → render → exit code. */
export async function walk(job: Walk): Promise<number> {
  const { command, call, io } = job;
  const startedAt = Date.now();
  const settings = await resolveSettings({
    flags: call.settingFlags,
    env: io.env,
    cwd: io.cwd,
    configPath: call.globals.config,
    envPath: call.globals.envFile,
  });
  const style = await styleFor({
    isTerminal: io.stderr.isTTY === true,
    env: io.env,
    isRefused: call.globals.color === false,
  });
  const warn = (content: string): void => {
    const message = maskPasswords(content);
    if (job.warnings.includes(message)) return;
    job.warnings.push(message);
    if (job.form !== "json") io.stderr.write(`${style.tone("warning:", "warning")} ${printable(message)}\n`);
  };
  const record = (exitCode: number, parts: Partial<Outcome>): void => {
    // A dry run leaves no trace, whether it ends well or is refused.
    const isDryRun = call.flags["dryRun"] === true;
    if (command.recordAs === undefined || !settings.values.recordOutcomes || isDryRun) return;
    const warning = recordOutcome(settings.values.stateDir, {
      command: command.recordAs,
      finishedAt: new Date().toISOString(),
      durationMs: Date.now() - startedAt,
      exitCode,
      ...parts,
    });
    if (warning !== undefined) warn(warning);
  };
  let result: Result<unknown>;
  try {
    result = await command.run(makeContext(job, settings, style, warn));
  } catch (error) {
    const known = error instanceof VezaError ? error : undefined;
    // A wrong call is no outcome, nor is a person's no to the question.
    const isNo = known?.code === "cli.not-confirmed" && isInteractive(job);
    if (known?.ending !== "usage" && !isNo) {
      record(known?.exitCode ?? exitCodes.bug, {
        error: { code: known?.code ?? "bug", message: maskPasswords(messageOf(error)) },
      });
    }
    throw error;
  }
  const exitCode = result.exitCode ?? exitCodes.done;
  if (result.isUnrecorded !== true) record(exitCode, { data: result.data });
  if (result.isShown === true && call.globals.file === undefined) return exitCode;
  const content = await renderResult(job, result.data, exitCode);
  if (call.globals.file === undefined || result.isFileRead === true) io.stdout.write(content);
  else writeResult(resolve(io.cwd, call.globals.file), content);
  return exitCode;
}

/** Takes what was scrolled away too: frames are no history. */
const clearScreen = "\u001b[H\u001b[2J\u001b[3J";

function makeContext(job: Walk, settings: Settings, style: Style, warn: (message: string) => void): Context {
  const { call, io } = job;
  const { globals } = call;
  const report = createReporter({
    write: (content) => io.stderr.write(maskPasswords(content)),
    style,
    isTerminal: io.stderr.isTTY === true && io.env["TERM"] !== "dumb",
    isSilent: globals.quiet === true || job.form === "json",
    isVerbose: globals.verbose === true,
    isEchoing: globals.echo === true,
  });
  io.onEnd(() => report.stop());
  const isEmbedded = wantsEmbedded(settings, globals.embedded === true);
  const request = (wish: ConnectWish): ConnectionRequest => ({
    settings,
    isEmbedded,
    wish,
    applicationName: ["veza-db", ...job.shownPath].join(" "),
    signal: io.signal,
    onWarning: warn,
    onNotice: ({ severity, message }) => report.line(style.muted(printable(`${severity}: ${message}`))),
    onProgress: (line) => report.line(printable(line)),
    echo: globals.echo === true ? (sql) => report.echo(sql) : undefined,
  });
  return {
    flags: call.flags,
    args: call.args,
    settings,
    cwd: io.cwd,
    report,
    signal: io.signal,
    isHuman: job.form === "human",
    form: job.form,
    isToFile: globals.file !== undefined,
    file: globals.file,
    isEmbedded,
    warn,
    show: async (blocks) => {
      report.stop();
      io.stdout.write((io.stdout.isTTY === true ? clearScreen : "") + (await renderBlocks(job, blocks)));
    },
    connect: async (wish = {}) => openConnection(request(wish)),
    target: async (wish = {}) => targetOf(request(wish)),
    confirm: async (question) => {
      report.stop();
      const { confirm } = await import("./confirm.ts");
      await confirm(question, {
        stdin: io.stdin,
        stderr: io.stderr,
        isInteractive: isInteractive(job),
        isYes: globals.yes === true,
        isEmbedded,
        signal: io.signal,
      });
    },
  };
}

/** A person sits at the terminal and may be asked. */
function isInteractive({ io, call: { globals } }: Walk): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true && globals.input !== false;
}

/** The form of the result that a call wants; refuses forms that the command does not have. */
export function formOf(call: Call, command: Command): string {
  const { json, output } = call.globals;
  const forms = [...new Set(["human", "json", "csv", "markdown", ...Object.keys(command.forms ?? {})])];
  if (json === true && output !== undefined && output !== "json") {
    throw usageError(
      "cli.two-forms",
      `--json and --output ${output} contradict each other.`,
      "Leave one of them out.",
    );
  }
  const { file } = call.globals;
  const form =
    json === true
      ? "json"
      : (output ?? (file === undefined ? undefined : command.fileForm?.(file)) ?? "human");
  if (forms.includes(form)) return form;
  throw usageError(
    "cli.bad-value",
    `--output takes one of ${forms.join(", ")}, not ${JSON.stringify(form)}.`,
    "Use -o json for programs.",
  );
}
