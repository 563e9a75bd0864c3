import { displayWidth, headOf } from "./width.ts";

/** Control characters, escape sequences and bidirectional marks: what a text from a database may not do to a terminal. */
// eslint-disable-next-line no-control-regex -- naming control characters is the point here
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The text with everything that could move the cursor or hide something shown as an escape. Keeps \n and \t. */
export function printable(content: string): string {
  return content.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same on one line. */
export function oneLine(content: string): string {
  return printable(content.replace(/\s+/g, " ").trim());
}

/** Cuts at a word where it can; the cut is marked. */
export function truncate(content: string, width: number): string {
  if (displayWidth(content) <= width) return content;
  const cut = headOf(content, Math.max(0, width - 1));
  const space = cut.lastIndexOf(" ");
  return `${space > width * 0.6 ? cut.slice(0, space) : cut}…`;
}
