import { formatDuration } from "../kernel/duration.ts";
import { settingsTable } from "../settings/table.ts";
import { columns, paragraphs } from "./columns.ts";
import type { Command, Example, PossibleExit } from "./command.ts";
import { globalFlags } from "./globals.ts";
import type { Group, Leaf } from "./registry.ts";

const exitMeanings: Readonly<Record<0 | 2 | 70 | PossibleExit, string>> = {
  0: "done, or the answer is yes",
  1: "the command worked and the answer is no",
  2: "the call, a setting or a file that it reads is wrong",
  3: "the surroundings do not serve: server, login, program, privilege, disk",
  4: "refused; nothing was changed",
  5: "failed while working; the last line says what state things are in",
  70: "a bug in veza-db",
  130: "stopped by SIGINT (143: by SIGTERM); rolled back",
};

/** The help of one command; `group` is given when the command stands in for its group. */
export function commandHelp(
  path: readonly string[],
  leaf: Leaf,
  command: Command,
  group: Group | undefined,
): string {
  const isFallback = group !== undefined;
  const call = ["veza-db", ...(isFallback ? path.slice(0, -1) : path)].join(" ");
  const args = (command.args ?? []).map(({ name }) => ` ${name}`).join("");
  const own = Object.values(command.flags ?? {}).map(
    (flag) => [flag.flags, withDefault(flag.summary, flag.shownDefault)] as const,
  );
  const settings = (command.settingFlags ?? []).map((name) => {
    const { flag = "", summary, default: value } = settingsTable[name];
    return [
      flag,
      withDefault(summary, shownDefault(value, settingsTable[name].type === settingsTable.lockWait.type)),
    ] as const;
  });
  return [
    `${leaf.summary}.`,
    command.description === undefined ? undefined : paragraphs(command.description),
    section("Usage", [
      `${call}${args} [flags]`,
      ...(isFallback ? [`${["veza-db", ...path].join(" ")}${args} [flags]`] : []),
    ]),
    section("Commands", group === undefined ? [] : columns(childrenOf(group))),
    section("Arguments", columns((command.args ?? []).map(({ name, summary }) => [name, summary]))),
    section("Flags", columns([...own, ...settings])),
    section("Global flags", columns(globalFlags.map(({ flags, summary }) => [flags, summary]))),
    section("Examples", columns(command.examples.map((example) => [example.command, example.summary]))),
    section("Exit codes", columns(Object.entries(meaningsOf(command)))),
  ]
    .filter((part) => part !== undefined)
    .join("\n\n")
    .concat("\n");
}

/** The help of the whole tool or of a group of commands, with the examples of some of its commands. */
export function groupHelp(path: readonly string[], group: Group, examples: readonly Example[]): string {
  const call = ["veza-db", ...path].join(" ");
  return [
    `${group.summary}.`,
    section("Usage", [`${call} <command> [flags]`]),
    section("Commands", columns(childrenOf(group))),
    section("Global flags", columns(globalFlags.map(({ flags, summary }) => [flags, summary]))),
    section("Examples", columns(examples.map((example) => [example.command, example.summary]))),
    section("Exit codes", columns(Object.entries(exitMeanings))),
    paragraphs(`Run ${call} <command> --help for the flags, examples and exit codes of a command.`),
  ]
    .filter((part) => part !== undefined)
    .join("\n\n")
    .concat("\n");
}

/** What the command's exit codes say. Whole numbers are the keys of an object in their own order. */
function meaningsOf({ exits, exitConvention }: Command): Readonly<Record<number, string>> {
  const own = exits.filter((code) => exitConvention === undefined || code >= 130);
  const codes = exitConvention === undefined ? [0 as const, ...own, 2 as const, 70 as const] : own;
  return {
    ...Object.fromEntries(codes.map((code) => [code, exitMeanings[code]])),
    ...exitConvention?.meanings,
  };
}

function childrenOf(group: Group): (readonly [string, string])[] {
  return group.children.map(
    ({ name, summary }) => [name, `${summary}${name === group.fallback ? " (the default)" : ""}`] as const,
  );
}

function section(title: string, lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : `${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function withDefault(summary: string, value: string | undefined): string {
  return value === undefined ? summary : `${summary} (default: ${value})`;
}

function shownDefault(value: unknown, isDuration: boolean): string | undefined {
  if (value === undefined) return undefined;
  if (isDuration && typeof value === "number") return formatDuration(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
