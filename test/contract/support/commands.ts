/** The commands under contract: all that the registry names, loaded. */
import { allCommands, registry } from "../../../src/cli/registry.ts";
import type { Command } from "../../../src/cli/command.ts";
import type { Group, Leaf, Node } from "../../../src/cli/registry.ts";

export interface Subject {
  /** `migrate status` */
  readonly name: string;
  readonly path: readonly string[];
  readonly leaf: Leaf;
  readonly command: Command;
  /** An argument for each that the command cannot do without. */
  readonly args: readonly string[];
  /** Flags without which a call of it is wrong. */
  readonly flags: readonly string[];
  /** What a wrong call of it ends with. */
  readonly wrongCall: number;
}

const lacking: Readonly<Record<string, readonly string[]>> = {
  "migrate resolve": ["--applied"],
  "migrate baseline": ["--write", "start"],
  restore: ["--drop-old"],
  metrics: ["--once"],
  "partition convert": ["--by", "created_at"],
};

export const subjects: readonly Subject[] = await Promise.all(
  allCommands().map(async ({ path, leaf }) => {
    const { command } = await leaf.load();
    const required = (command.args ?? []).filter(({ name }) => name.startsWith("<"));
    const name = path.join(" ");
    const args = required.map(({ choices }) => choices?.[0] ?? "something");
    return {
      name,
      path,
      leaf,
      command,
      args,
      flags: lacking[name] ?? [],
      wrongCall: command.exitConvention?.failure ?? 2,
    };
  }),
);

/** Every group with its path, the tool itself first. */
export const groups: readonly { readonly path: readonly string[]; readonly group: Group }[] = groupsIn(
  registry,
  [],
);

function groupsIn(node: Node, path: readonly string[]): { path: readonly string[]; group: Group }[] {
  if (node.kind === "command") return [];
  return [{ path, group: node }, ...node.children.flatMap((child) => groupsIn(child, [...path, child.name]))];
}

/** The same word with two neighbours swapped, as fingers do it. */
export function mistyped(word: string): string {
  const at = Math.max(2, Math.floor(word.length / 2));
  const [a = "", b = ""] = [word[at - 1], word[at]];
  return a === b ? `${word}x` : `${word.slice(0, at - 1)}${b}${a}${word.slice(at + 1)}`;
}
