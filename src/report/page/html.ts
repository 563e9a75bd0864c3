import { escapeMarkup } from "../../kernel/markup.ts";
import { printable } from "../../ui/printable.ts";

/** A piece of HTML that was made here, as against a text from anywhere. */
export interface Html {
  readonly html: string;
}

type Value = string | number | null | undefined | Html | readonly Html[];

/** A template of markup; what is put into it is escaped, unless it is HTML itself, or a list of it. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return {
    html: strings.map((piece, index) => (index === 0 ? piece : show(values[index - 1]) + piece)).join(""),
  };
}

/** Markup that is ours as it stands. */
export function raw(content: string): Html {
  return { html: content };
}

export const nothing: Html = raw("");

function show(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeText(String(value));
  return "html" in value ? value.html : value.map((one) => one.html).join("");
}

/** Nothing in a text is markup, and what would hide or turn other text is shown as an escape. */
function escapeText(content: string): string {
  return escapeMarkup(printable(content));
}

/** Data for a script of the page, which no text within can end: nothing but ASCII, so that nothing hides in it either. */
export function jsonData(data: unknown): Html {
  return raw(
    JSON.stringify(data).replace(
      /[<>&\u007f-\uffff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  );
}
