import { Command as Parser, CommanderError } from "commander";
import { usageError } from "../kernel/error.ts";
import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { settingsTable } from "../settings/table.ts";
import type { SettingName } from "../settings/table.ts";
import type { Command } from "./command.ts";
import { longName } from "./flags.ts";
import { globalFlags } from "./globals.ts";
import type { GlobalValues } from "./globals.ts";

/** What the words of a call mean. */
export interface Call {
  readonly globals: GlobalValues;
  readonly wantsHelp: boolean;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly settingFlags: Readonly<Partial<Record<SettingName, string>>>;
  readonly args: readonly string[];
}

/**
 * Parses what is left of an argv for one command. Throws `usage` errors with a did-you-mean. `loose` leaves flags that it
 * does not know among the arguments, and any number of those.
 */
export function parseCall(
  path: readonly string[],
  command: Command,
  rest: readonly string[],
  manner: "strict" | "loose" = "strict",
): Call {
  const isLoose = manner === "loose";
  const parser = new Parser(path.join(" "))
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} });
  parser
    .helpOption(false)
    .allowExcessArguments(isLoose)
    .allowUnknownOption(isLoose)
    .showSuggestionAfterError(false);
  for (const { flags } of globalFlags) {
    if (flags !== "--help" && flags !== "--version") parser.option(flags);
  }
  parser.option("-h, --help");
  const own = Object.entries(command.flags ?? {});
  const collect = (text: string, before: string[] | undefined): string[] => [...(before ?? []), text];
  for (const [, { flags, isRepeatable }] of own) {
    if (isRepeatable) parser.option(flags, "", collect);
    else parser.option(flags);
  }
  for (const name of command.settingFlags ?? []) parser.option(settingsTable[name].flag ?? "");
  // Help must be had however incomplete the rest of the call is.
  const words = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  const isHelp = words.includes("--help") || words.includes("-h");
  for (const { name } of command.args ?? [])
    parser.argument(isHelp || isLoose ? `[${name.slice(1, -1)}]` : name);
  try {
    parser.parse([...rest], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw explain(error, path, command);
    throw error;
  }
  const given: Record<string, unknown> = parser.opts();
  const settingFlags: Partial<Record<SettingName, string>> = {};
  for (const name of ["url", "directUrl", ...(command.settingFlags ?? [])] as const) {
    const value = given[attributeOf(settingsTable[name].flag ?? "")];
    if (typeof value === "string") settingFlags[name] = value;
  }
  return {
    globals: given,
    wantsHelp: isHelp,
    flags: Object.fromEntries(
      own.map(([name, flag]) => [name, valueOf(flag, given[attributeOf(flag.flags)], path)]),
    ),
    settingFlags,
    args: parser.args,
  };
}

type AnyFlag = NonNullable<Command["flags"]>[string];

function valueOf(flag: AnyFlag, given: unknown, path: readonly string[]): unknown {
  if (given === undefined) return flag.fallback;
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  const values = texts.map((text) => {
    const value = flag.parse(String(text));
    if (value !== undefined) return value;
    throw usageError(
      "cli.bad-value",
      `${longName(flag.flags)} takes ${flag.expects}, not ${JSON.stringify(text)}.`,
      `veza-db ${path.join(" ")} --help`,
    );
  });
  return flag.isRepeatable ? values.flat() : values[0];
}

/** The name under which commander keeps an option: `--dry-run` is `dryRun`. */
function attributeOf(flags: string): string {
  const name = longName(flags).slice(2);
  return (name.startsWith("no-") ? name.slice(3) : name).replace(/-([a-z0-9])/g, (_all, letter: string) =>
    letter.toUpperCase(),
  );
}

function explain(error: CommanderError, path: readonly string[], command: Command): VezaError {
  const call = `veza-db ${path.join(" ")}`;
  const known = knownFlags(command);
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "commander.unknownOption": {
      const near = suggest(word.split("=")[0] ?? word, known.map(longName), 1)[0];
      const hint = near === undefined ? `${call} --help` : `Did you mean ${near}?`;
      return usageError("cli.unknown-flag", `Unknown flag ${word}.`, hint);
    }
    case "commander.optionMissingArgument":
      return usageError("cli.missing-value", `The flag ${word} needs a value.`, `${call} --help`);
    case "commander.missingArgument":
      return usageError("cli.missing-argument", `The argument <${word}> is missing.`, `${call} --help`);
    case "commander.excessArguments":
      return usageError(
        "cli.excess-arguments",
        `${call} takes no more arguments than its usage shows.`,
        `${call} --help`,
      );
    default:
      return usageError("cli.wrong-call", error.message.replace(/^error: /, ""), `${call} --help`);
  }
}

/** Every flag that a command understands, as written in its help. */
export function knownFlags(command: Command): string[] {
  return [
    ...Object.values(command.flags ?? {}).map(({ flags }) => flags),
    ...(command.settingFlags ?? []).map((name) => settingsTable[name].flag ?? ""),
    ...globalFlags.map(({ flags }) => flags),
  ];
}
