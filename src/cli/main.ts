import { VezaError, exitCodes, messageOf } from "../kernel/error.ts";
import { maskPasswords } from "../postgres/target.ts";
import { styleFor } from "../ui/style.ts";
import { bareCall } from "./bare-call.ts";
import type { Command, ExitConvention } from "./command.ts";
import type { Io } from "./io.ts";
import type { Call } from "./parse.ts";
import { allCommands, registry } from "./registry.ts";
import type { Group, Leaf } from "./registry.ts";
import { route } from "./route.ts";
import type { Route } from "./route.ts";

/** Runs one call from argv to exit code. Nothing below decides how the process ends. */
export async function main(io: Io): Promise<number> {
  const warnings: string[] = [];
  let convention: ExitConvention | undefined;
  try {
    const way = route(io.argv, registry);
    if (way.kind === "version") {
      const { toolVersion } = await import("../kernel/version.ts");
      io.stdout.write(`${toolVersion()}\n`);
      return exitCodes.done;
    }
    if (way.kind === "help") {
      io.stdout.write(await helpOf(way.path, way.group));
      return exitCodes.done;
    }
    const [{ command: written }, { formOf, walk }] = await Promise.all([
      way.leaf.load(),
      import("./walk.ts"),
    ]);
    convention = written.exitConvention;
    const command = written.dynamicFlags === undefined ? written : await completed(written, way, io);
    const call = bareCall(command, way.rest) ?? (await parseOrExplain(command, way));
    if (call.wantsHelp) {
      const { commandHelp } = await import("./help.ts");
      io.stdout.write(commandHelp(way.path, way.leaf, command, undefined));
      return exitCodes.done;
    }
    const form = formOf(call, command);
    const shownPath = way.isFallback ? way.path.slice(0, -1) : way.path;
    return await walk({ path: way.path, shownPath, command, call, io, warnings, form });
  } catch (error) {
    return fail(error, io, warnings, convention ?? (await conventionBehind(error, io.argv)));
  }
}

/** The convention of the command that stands behind an unknown flag: the call was meant for it. */
async function conventionBehind(
  error: unknown,
  argv: readonly string[],
): Promise<ExitConvention | undefined> {
  if (!(error instanceof VezaError) || error.code !== "cli.unknown-flag") return undefined;
  const words = argv.filter((word) => !word.startsWith("-"));
  for (const from of words.keys()) {
    const leaf = leafOf(words.slice(from));
    if (leaf !== undefined) return (await leaf.load()).command.exitConvention;
  }
  return undefined;
}

/** The command that the first of these words name. */
function leafOf(words: readonly string[], group: Group = registry): Leaf | undefined {
  const child = group.children.find(({ name }) => name === words[0]);
  return child === undefined || child.kind === "command" ? child : leafOf(words.slice(1), child);
}

/** The command with the flags that this call gives it. */
async function completed(
  command: Command,
  way: Extract<Route, { kind: "command" }>,
  io: Io,
): Promise<Command> {
  const { withDynamicFlags } = await import("./dynamic-flags.ts");
  return withDynamicFlags(command, way.path, way.rest, io);
}

/** Parses; where the default subcommand stood in and does not know a flag, its siblings are asked. */
async function parseOrExplain(command: Command, way: Extract<Route, { kind: "command" }>): Promise<Call> {
  const { parseCall } = await import("./parse.ts");
  try {
    return parseCall(way.path, command, way.rest);
  } catch (error) {
    if (!way.isFallback) throw error;
    const { explainBySiblings } = await import("./sibling-flags.ts");
    throw await explainBySiblings(error, way.path);
  }
}

/** The help of a group: of its default subcommand where it has one, with the others listed. */
async function helpOf(path: readonly string[], group: Group): Promise<string> {
  const { commandHelp, groupHelp } = await import("./help.ts");
  const fallback = group.children.find(({ name }) => name === group.fallback);
  if (fallback?.kind === "command") {
    const { command } = await fallback.load();
    return commandHelp([...path, fallback.name], fallback, command, group);
  }
  const shown = path.length === 0 ? ["init", "migrate"] : group.children.slice(0, 3).map(({ name }) => name);
  const leaves = allCommands(group).filter(({ path: [first = ""] }) => shown.includes(first));
  const loaded = await Promise.all(leaves.slice(0, 3).map(({ leaf }) => leaf.load()));
  // A group of one command shows two examples of that one.
  const examples = loaded.flatMap(({ command }) => command.examples.slice(0, loaded.length === 1 ? 2 : 1));
  return groupHelp(path, group, examples);
}

/** Prints an error as the call wants it and gives its exit code. */
export async function fail(
  error: unknown,
  io: Io,
  warnings: readonly string[],
  convention: ExitConvention | undefined,
): Promise<number> {
  const failure = withoutPasswords(
    interruption(error, io.signal) ?? (error instanceof VezaError ? error : await bug(error, io)),
  );
  const exitCode = exitCodeOf(failure, convention);
  const form = formIn(io.argv);
  const answer = form === undefined ? undefined : convention?.forms?.[form]?.(failure);
  if (answer !== undefined) io.stdout.write(answer);
  if (form === "json") {
    const { renderJsonError } = await import("../ui/json.ts");
    io.stderr.write(renderJsonError(failure, warnings, exitCode));
  } else {
    const { renderFailure } = await import("../ui/failure.ts");
    const isRefused = io.argv.includes("--no-color");
    const style = await styleFor({ isTerminal: io.stderr.isTTY === true, env: io.env, isRefused });
    io.stderr.write(renderFailure(failure, style));
  }
  return exitCode;
}

function exitCodeOf({ ending, exitCode }: VezaError, convention: ExitConvention | undefined): number {
  const isSignal = ending === "interrupted" || ending === "terminated";
  return convention === undefined || isSignal ? exitCode : convention.failure;
}

function interruption(error: unknown, signal: AbortSignal): VezaError | undefined {
  if (!signal.aborted) return undefined;
  const isTerminated = signal.reason === "SIGTERM";
  const known = error instanceof VezaError ? error : undefined;
  return new VezaError({
    code: "cli.interrupted",
    ending: isTerminated ? "terminated" : "interrupted",
    message: `Stopped by ${isTerminated ? "SIGTERM" : "SIGINT"}.`,
    detail: known?.code === "cli.interrupted" ? known.detail : undefined,
    // The server's word for it, that a query was cancelled, is nothing to look into.
    hint: known?.code.startsWith("connection.") === true ? undefined : known?.hint,
    state: known?.state,
    facts: known?.facts,
    cause: error,
  });
}

async function bug(error: unknown, io: Io): Promise<VezaError> {
  const { withSourcePlaces } = await import("./source-stack.ts");
  const stack = withSourcePlaces(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new VezaError({
    code: "bug",
    ending: "bug",
    message: `This is a bug in veza-db: ${messageOf(error)}`,
    detail: io.argv.includes("--verbose") ? stack : undefined,
    hint: "Run the command again with --verbose and report what it prints, with the command and the versions (veza-db doctor).",
    cause: error,
  });
}

function withoutPasswords(error: VezaError): VezaError {
  const mask = (part: string | undefined): string | undefined =>
    part === undefined ? undefined : maskPasswords(part);
  return error.with({
    message: maskPasswords(error.message),
    detail: mask(error.detail),
    hint: mask(error.hint),
    state: mask(error.state),
    facts: Object.fromEntries(Object.entries(error.facts).map(([name, value]) => [name, maskDeep(value)])),
  });
}

/** Facts go out as JSON as they are: every text in them is looked through. */
function maskDeep(value: unknown): unknown {
  if (typeof value === "string") return maskPasswords(value);
  if (Array.isArray(value)) return value.map(maskDeep);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskDeep(inner)]));
}

/** The form that a failure goes out in: asked of the raw words, since they may be what is wrong. */
function formIn(argv: readonly string[]): string | undefined {
  const words = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  const forms = words.flatMap((word, index) => {
    if (word === "--json") return ["json"];
    if (word === "-o" || word === "--output") return words.slice(index + 1, index + 2);
    const joined = /^(?:--output=|-o)(.+)$/.exec(word)?.[1];
    return joined === undefined ? [] : [joined];
  });
  return forms.includes("json") ? "json" : forms.at(-1);
}
