import type { Command } from "./command.ts";
import type { Call } from "./parse.ts";

/** A call without any words after the command's name, as cron and CI make it: nothing is to be parsed. */
export function bareCall(command: Command, rest: readonly string[]): Call | undefined {
  const needsWords = command.args?.some(({ name }) => name.startsWith("<")) ?? false;
  if (rest.length > 0 || needsWords) return undefined;
  const flags = Object.entries(command.flags ?? {}).map(([name, { fallback }]) => [name, fallback] as const);
  return { globals: {}, wantsHelp: false, flags: Object.fromEntries(flags), settingFlags: {}, args: [] };
}
