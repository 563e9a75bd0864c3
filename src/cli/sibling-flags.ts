import { VezaError } from "../kernel/error.ts";
import { longName } from "./flags.ts";
import { knownFlags } from "./parse.ts";
import { registry } from "./registry.ts";
import type { Group } from "./registry.ts";

/**
 * A flag that a group's default subcommand does not know may belong to one of its siblings: then the hint is the call
 * that was meant, `veza-db migrate status --check` for `veza-db migrate --check`.
 */
export async function explainBySiblings(error: unknown, path: readonly string[]): Promise<unknown> {
  if (!(error instanceof VezaError) || error.code !== "cli.unknown-flag") return error;
  const flag = /--[a-z][a-z0-9-]*/.exec(error.message)?.[0];
  const groupPath = path.slice(0, -1);
  for (const child of groupAt(groupPath)?.children ?? []) {
    if (child.kind !== "command" || child.name === path.at(-1)) continue;
    const { command } = await child.load();
    if (knownFlags(command).some((flags) => longName(flags) === flag)) {
      return error.with({ hint: ["veza-db", ...groupPath, child.name, flag].join(" ") });
    }
  }
  return error;
}

function groupAt(path: readonly string[]): Group | undefined {
  let group: Group | undefined = registry;
  for (const word of path) {
    const child: Group["children"][number] | undefined = group?.children.find(({ name }) => name === word);
    group = child?.kind === "group" ? child : undefined;
  }
  return group;
}
