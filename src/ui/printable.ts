import { displayWidth, headOf } from "./width.ts";

/** Control characters, escape sequences and bidirectional marks: what a text from a database may not do to a terminal. */
// eslint-disable-next-line no-control-regex -- naming control characters is the point here
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

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

/** The lines of a text, each broken at words where it is wider; a word that is wider than a line is left to the terminal. */
export function wrapped(content: string, width: number): readonly string[] {
  return content.split("\n").flatMap((line) => {
    if (displayWidth(line) <= width) return [line];
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      const longer = current === "" ? word : `${current} ${word}`;
      if (current === "" || displayWidth(longer) <= width) current = longer;
      else {
        lines.push(current);
        current = word;
      }
    }
    return [...lines, current];
  });
}

/** Cuts at a word where it can; the cut is marked. */
export function truncate(content: string, width: number): string {
  if (displayWidth(content) <= width) return content;
  const cut = headOf(content, Math.max(0, width - 1));
  const space = cut.lastIndexOf(" ");
  return `${space > width * 0.6 ? cut.slice(0, space) : cut}…`;
}
