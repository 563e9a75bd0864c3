/** Characters that take no column: combining marks, joiners, variation selectors. */
const noWidth = /\p{Mn}|\p{Me}|[\u200b-\u200d]|\u2060/u;
/** Characters that take two columns: East Asian wide ones and emoji. */
const twoWide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const plain = /^[\u0020-\u02ff\u2500-\u259f\u2026]*$/;

/** How many columns of a terminal a text on one line takes. */
export function displayWidth(content: string): number {
  if (plain.test(content)) return content.length;
  let width = 0;
  for (const character of content) width += noWidth.test(character) ? 0 : twoWide.test(character) ? 2 : 1;
  return width;
}

/** The first part of a text that is at most so many columns wide. */
export function headOf(content: string, width: number): string {
  if (plain.test(content)) return content.slice(0, width);
  let used = 0;
  let head = "";
  for (const character of content) {
    used += displayWidth(character);
    if (used > width) break;
    head += character;
  }
  return head;
}
