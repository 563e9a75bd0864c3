/** The line of a source text that an error is about, with a caret below the character. */
import { locate, offsetOfPosition } from "./position.ts";
import type { Location } from "./position.ts";
import type { Statement } from "./split.ts";

export interface ExcerptOptions {
  /** Terminal columns for the source line at most, the cut marks included. */
  readonly width?: number;
}

const tabStop = 4;
const cut = "…";

/**
 * Two lines: the source line, then a caret below its character `column` (1-based, in characters). Tabs become
 * spaces, control characters become `�` (a file must not steer the terminal), and a long line is cut around the caret.
 */
export function renderExcerpt(
  lineText: string,
  column: number,
  { width = 100 }: ExcerptOptions = {},
): string {
  const cells: { readonly shown: string; readonly width: number }[] = [];
  let reached = 0;
  for (const character of lineText) {
    const code = character.codePointAt(0) ?? 0;
    const taken = code === 9 ? tabStop - (reached % tabStop) : cellWidth(code);
    cells.push({
      shown: code === 9 ? " ".repeat(taken) : isControl(code) ? "\ufffd" : character,
      width: taken,
    });
    reached += taken;
  }
  const caret = Math.max(0, Math.min(column - 1, cells.length));
  let from = 0;
  let to = cells.length;
  if (reached > width) {
    [from, to] = window(
      cells.map((cell) => cell.width),
      caret,
      width - 2,
    );
  }
  const text = cells
    .slice(from, to)
    .map((cell) => cell.shown)
    .join("");
  const before = cells.slice(from, caret).reduce((sum, cell) => sum + cell.width, from > 0 ? 1 : 0);
  return `${from > 0 ? cut : ""}${text}${to < cells.length ? cut : ""}\n${" ".repeat(before)}^`;
}

/** Where in the file PostgreSQL's error position lies, and its excerpt. Without a position: where the statement begins. */
export function locateError(
  text: string,
  statement: Pick<Statement, "offset">,
  position?: number,
  options?: ExcerptOptions,
): Location & { readonly excerpt: string } {
  const place = locate(text, offsetOfPosition(text, statement.offset, position ?? 1));
  return { ...place, excerpt: renderExcerpt(place.lineText, place.column, options) };
}

/** The part of a line that fits, with the caret about two thirds along. */
function window(widths: readonly number[], caret: number, room: number): [number, number] {
  let from = caret;
  let to = caret;
  let used = 0;
  const before = Math.floor((room * 2) / 3);
  while (from > 0 && used + (widths[from - 1] ?? 0) <= before) used += widths[--from] ?? 0;
  while (to < widths.length && used + (widths[to] ?? 0) <= room) used += widths[to++] ?? 0;
  while (from > 0 && used + (widths[from - 1] ?? 0) <= room) used += widths[--from] ?? 0;
  return [from, to];
}

function isControl(code: number): boolean {
  return (
    code < 32 ||
    (code >= 127 && code < 160) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
}

/** Terminal columns of a character: none for combining marks, two for East Asian wide ones and emoji. */
function cellWidth(code: number): number {
  if (code < 0x300 || isControl(code)) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(String.fromCodePoint(code))) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
