import { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { longName } from "./flags.ts";
import { knownFlags } from "./parse.ts";
import { registry } from "./registry.ts";
import type { Group } from "./registry.ts";

/**
 * A flag that a group's default subcommand does not know may belong to one of its siblings: then the hint is the call
 * that was meant, `veza-db migrate status --check` for `veza-db migrate --check`, and for `--chek` too.
 */
export async function explainBySiblings(error: unknown, path: readonly string[]): Promise<unknown> {
  if (!(error instanceof VezaError) || error.code !== "cli.unknown-flag") return error;
  const flag = /--[a-z][a-z0-9-]*/.exec(error.message)?.[0];
  const groupPath = path.slice(0, -1);
  const calls = new Map<string, string>();
  for (const child of groupAt(groupPath)?.children ?? []) {
    if (child.kind !== "command" || child.name === path.at(-1)) continue;
    const { command } = await child.load();
    for (const name of knownFlags(command).map(longName))
      if (!calls.has(name)) calls.set(name, ["veza-db", ...groupPath, child.name, name].join(" "));
  }
  const own = calls.get(flag ?? "");
  if (own !== undefined) return error.with({ hint: own });
  // What the default subcommand would have been asked for by another slip of the pen goes first.
  if (flag === undefined || error.hint?.startsWith("Did you mean") === true) return error;
  const near = calls.get(suggest(flag, calls.keys(), 1)[0] ?? "");
  return near === undefined ? error : error.with({ hint: `Did you mean ${near}?` });
}

function groupAt(path: readonly string[]): Group | undefined {
  let group: Group | undefined = registry;
  for (const word of path) {
    const child: Group["children"][number] | undefined = group?.children.find(({ name }) => name === word);
    group = child?.kind === "group" ? child : undefined;
  }
  return group;
}
