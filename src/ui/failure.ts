import type { VezaError } from "../kernel/error.ts";
import { printable } from "./printable.ts";
import type { Style } from "./style.ts";

/** An error as PostgreSQL words one: error, detail, hint; the last line says what state things are in. */
export function renderFailure(error: VezaError, style: Style): string {
  const lines = [
    labelled(style.tone("error:", "bad"), error.message),
    error.detail === undefined ? undefined : labelled(style.bold("detail:"), error.detail),
    error.hint === undefined ? undefined : labelled(style.bold("hint:"), error.hint),
    error.state === undefined ? undefined : printable(error.state),
  ];
  return lines
    .filter((line) => line !== undefined)
    .map((line) => `${line}\n`)
    .join("");
}

/** One line stands beside its label; several stand below it, so that a caret keeps its column. */
function labelled(label: string, content: string): string {
  return content.includes("\n") ? `${label}\n${printable(content)}` : `${label} ${printable(content)}`;
}
