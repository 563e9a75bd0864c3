import { settingsTable } from "../settings/table.ts";
import type { Argument, Command } from "./command.ts";
import { takesValue } from "./flags.ts";
import { globalFlags } from "./globals.ts";
import type { Node } from "./registry.ts";

/** What a shell can offer at one place of the tree of commands. */
export interface CompletionNode {
  /** The words that lead here, without the tool's own name. */
  readonly path: readonly string[];
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly CompletionFlag[];
  /** What the arguments may be. */
  readonly args: Offer;
}

export interface CompletionFlag {
  /** e.g. `-o` and `--output` */
  readonly names: readonly string[];
  readonly summary: string;
  /** What the flag's value may be; undefined for a flag that takes none. */
  readonly value: Offer | undefined;
}

/** Words to choose from, files, folders, or whatever the user thinks of. */
export type Offer =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "files" }
  | { readonly kind: "folders" }
  | { readonly kind: "anything" };

const anything: Offer = { kind: "anything" };

/** Every place of the tree, groups before what is in them. Loads every command: only completion needs them all. */
export async function completionNodes(node: Node, path: readonly string[] = []): Promise<CompletionNode[]> {
  if (node.kind === "command") return [describeCommand(path, (await node.load()).command)];
  const fallback = node.children.find(({ name }) => name === node.fallback);
  const standIn =
    fallback?.kind === "command" ? describeCommand(path, (await fallback.load()).command) : undefined;
  const here: CompletionNode = {
    path,
    children: node.children.map(({ name, summary }) => ({ name, summary })),
    flags: standIn?.flags ?? describeGlobals([]),
    args: anything,
  };
  const below = await Promise.all(
    node.children.map((child) => completionNodes(child, [...path, child.name])),
  );
  return [here, ...below.flat()];
}

function describeCommand(path: readonly string[], command: Command): CompletionNode {
  const own = Object.values(command.flags ?? {}).map(({ flags, summary, choices }) =>
    describeFlag(flags, summary, choices),
  );
  const settings = (command.settingFlags ?? []).map((name) => {
    const { flag = "", summary } = settingsTable[name];
    return describeFlag(flag, summary);
  });
  const forms = ["human", "json", "csv", "markdown", ...Object.keys(command.forms ?? {})];
  return {
    path,
    children: [],
    flags: [...own, ...settings, ...describeGlobals(forms)],
    args: offerOfArgs(command.args ?? []),
  };
}

function describeGlobals(forms: readonly string[]): CompletionFlag[] {
  return globalFlags.map(({ flags, summary }) =>
    describeFlag(flags, summary, flags.includes("--output") ? forms : undefined),
  );
}

function describeFlag(flags: string, summary: string, choices?: readonly string[]): CompletionFlag {
  return {
    names: flags.match(/(?<![\w-])--?[a-z][\w-]*/gi) ?? [],
    summary,
    value: takesValue(flags) ? offerOf(flags, choices) : undefined,
  };
}

function offerOfArgs(args: readonly Argument[]): Offer {
  const words = args.flatMap(({ choices }) => choices ?? []);
  if (words.length > 0) return { kind: "words", words };
  return args.map(({ name }) => offerOf(name)).find(({ kind }) => kind !== "anything") ?? anything;
}

/** What a placeholder such as `<path>` or `[folder]` asks for. */
function offerOf(placeholder: string, choices: readonly string[] = []): Offer {
  if (choices.length > 0) return { kind: "words", words: choices };
  const name = /[<[]([\w-]+)/.exec(placeholder)?.[1] ?? "";
  if (["folder", "dir", "directory"].includes(name)) return { kind: "folders" };
  return ["path", "file", "files", "policy"].includes(name) ? { kind: "files" } : anything;
}
