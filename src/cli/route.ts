import { usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { takesValue } from "./flags.ts";
import { globalFlags } from "./globals.ts";
import type { Group, Leaf } from "./registry.ts";

/** Where an argv leads: a command with what is left for it, or a group whose help is wanted. */
export type Route =
  | {
      readonly kind: "command";
      readonly path: readonly string[];
      readonly leaf: Leaf;
      readonly rest: readonly string[];
      readonly isFallback: boolean;
    }
  | { readonly kind: "help"; readonly path: readonly string[]; readonly group: Group }
  | { readonly kind: "version" };

/**
 * Finds the command that an argv names. Global flags may stand anywhere; the first other flag ends the path, so that a
 * default subcommand takes its flags bare and none of its siblings' flags are swallowed.
 */
export function route(argv: readonly string[], root: Group): Route {
  const path: string[] = [];
  const rest: string[] = [];
  let group = root;
  let wantsHelp = false;
  const tokens = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] ?? "";
    if (token.startsWith("-") && token !== "-") {
      const globalFlag = findGlobal(token);
      if (globalFlag === "--version") return { kind: "version" };
      wantsHelp ||= globalFlag === "--help";
      if (globalFlag === undefined) {
        if (wantsVersion(tokens.slice(index))) return { kind: "version" };
        return fallbackOf(group, path, [...rest, ...tokens.slice(index)], token);
      }
      rest.push(token);
      const value = tokens[index + 1];
      const holdsValue = token.includes("=") || isAttached(token);
      if (takesValue(globalFlag) && !holdsValue && value !== undefined) {
        rest.push(value);
        index++;
      }
      continue;
    }
    const child = group.children.find(({ name }) => name === token);
    if (child === undefined) throw unknownCommand(token, group, path);
    path.push(token);
    if (child.kind === "command") {
      if (wantsVersion(tokens.slice(index + 1))) return { kind: "version" };
      return {
        kind: "command",
        path,
        leaf: child,
        rest: [...rest, ...tokens.slice(index + 1)],
        isFallback: false,
      };
    }
    group = child;
  }
  if (wantsHelp || group.fallback === undefined) return { kind: "help", path, group };
  return fallbackOf(group, path, rest, "");
}

function fallbackOf(group: Group, path: readonly string[], rest: readonly string[], token: string): Route {
  const leaf = group.children.find(({ name }) => name === group.fallback);
  if (leaf?.kind === "command")
    return { kind: "command", path: [...path, leaf.name], leaf, rest, isFallback: true };
  const near = suggest(
    token,
    globalFlags.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []),
    1,
  )[0];
  throw usageError(
    "cli.unknown-flag",
    `Unknown flag ${token}.`,
    near === undefined ? `${["veza-db", ...path].join(" ")} --help` : `Did you mean ${near}?`,
  );
}

/** `-ojson`: the one short flag with a value, and its value. */
function isAttached(token: string): boolean {
  return /^-o./.test(token);
}

/** Whether `--version` stands among the words that follow a command. */
function wantsVersion(words: readonly string[]): boolean {
  const flags = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  return flags.includes("--version") || flags.includes("-V");
}

function findGlobal(token: string): string | undefined {
  const name = isAttached(token) ? "-o" : (token.split("=")[0] ?? token);
  if (name === "-h") return "--help";
  if (name === "-V") return "--version";
  return globalFlags.map(({ flags }): string => flags).find((flags) => flags.split(/[ ,]+/).includes(name));
}

function unknownCommand(token: string, group: Group, path: readonly string[]): Error {
  const near = suggest(
    token,
    group.children.map(({ name }) => name),
    1,
  )[0];
  const prefix = ["veza-db", ...path].join(" ");
  return usageError(
    "cli.unknown-command",
    `Unknown command: ${prefix} ${token}`,
    near === undefined ? `${prefix} --help` : `Did you mean ${prefix} ${near}?`,
  );
}
