import { VezaError } from "../kernel/error.ts";
import { editDistance } from "../kernel/suggest.ts";
import { resolveSettings } from "../settings/resolve.ts";
import type { Command } from "./command.ts";
import type { Io } from "./io.ts";
import { parseCall } from "./parse.ts";
import { formOf } from "./walk.ts";

/** A command with the flags that this call gives it, before anything of the call is taken for wrong. */
export async function withDynamicFlags(
  command: Command,
  path: readonly string[],
  rest: readonly string[],
  io: Io,
): Promise<Command> {
  const loose = parseCall(path, command, rest, "loose");
  formOf(loose, command);
  const words = wordsOf(loose.args);
  if (words.length === 0) return command;
  try {
    const settings = await resolveSettings({
      flags: loose.settingFlags,
      env: io.env,
      cwd: io.cwd,
      configPath: loose.globals.config,
      envPath: loose.globals.envFile,
    });
    const dynamic = await command.dynamicFlags?.({ words, settings });
    return { ...command, flags: { ...dynamic, ...command.flags } };
  } catch (error) {
    if (loose.wantsHelp) return command;
    refuseMisspelt(command, path, rest);
    throw error;
  }
}

/** The words that are no flags. One that stands behind a flag may be its value, so it comes after the others. */
function wordsOf(args: readonly string[]): string[] {
  const isFlag = (word: string | undefined): boolean => word !== undefined && /^-./.test(word);
  const words = args.map((word, at) => ({
    word,
    mayBeValue: isFlag(args[at - 1]) && args[at - 1]?.includes("=") === false,
  }));
  const plain = words.filter(({ word }) => !isFlag(word));
  return [
    ...plain.filter(({ mayBeValue }) => !mayBeValue),
    ...plain.filter(({ mayBeValue }) => mayBeValue),
  ].map(({ word }) => word);
}

/** Where nothing answers to the words, a slip of one letter in a flag that the command always has explains more. */
function refuseMisspelt(command: Command, path: readonly string[], rest: readonly string[]): void {
  try {
    parseCall(path, command, rest);
  } catch (error) {
    if (!(error instanceof VezaError) || error.code !== "cli.unknown-flag") return;
    const [, given = ""] = /^Unknown flag (.+)\.$/.exec(error.message) ?? [];
    const [, meant = ""] = /^Did you mean (.+)\?$/.exec(error.hint ?? "") ?? [];
    if (editDistance(given.split("=")[0] ?? given, meant) === 1) throw error;
  }
}
