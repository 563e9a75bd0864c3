import type { Context } from "./command.ts";

/** A command line to show in a hint, aimed at the same database as this call. */
export function again(
  context: Pick<Context, "isEmbedded" | "settings">,
  ...words: readonly string[]
): string {
  const isByFlag = context.isEmbedded && context.settings.values.url !== "embedded:";
  return ["veza-db", ...words, ...(isByFlag ? ["--embedded"] : [])].join(" ");
}
