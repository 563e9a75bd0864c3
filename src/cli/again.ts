import { shellWord } from "../kernel/shell-word.ts";
import { maskPasswords } from "../postgres/target.ts";
import type { Context } from "./command.ts";

/** A command line to show in a hint, aimed at the same database as this call. */
export function again(
  context: Pick<Context, "isEmbedded" | "settings">,
  ...words: readonly string[]
): string {
  const { values, origins } = context.settings;
  const isByFlag = context.isEmbedded && values.url !== "embedded:";
  return [
    "veza-db",
    ...words,
    ...(isByFlag ? ["--embedded"] : []),
    ...(origins.url.kind === "flag" ? ["--url", shown(values.url)] : []),
    ...(origins.directUrl.kind === "flag" ? ["--direct-url", shown(values.directUrl)] : []),
  ].join(" ");
}

/** A connection string as a shell takes it. One with a password stands for itself by its place only. */
function shown(url = ""): string {
  if (maskPasswords(url) !== url) return "<dsn>";
  return shellWord(url);
}
