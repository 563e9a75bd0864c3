import { sha256 } from "../kernel/hash.ts";

/** What PostgreSQL keeps of a name, in bytes: NAMEDATALEN less its end. */
export const nameBytes = 63;

/** `stem` and `ending` as one name; of a stem that is too long the end is cut, never within a character. Pure. */
export function fitName(stem: string, ending: string): string {
  const room = nameBytes - Buffer.byteLength(ending);
  let cut = stem;
  while (Buffer.byteLength(cut) > room) cut = [...cut].slice(0, -1).join("");
  return `${cut}${ending}`;
}

/** The same, and stems that differ give names that differ: of one that is cut, some digits of its hash stay. Pure. */
export function fitDistinct(stem: string, ending: string): string {
  const whole = `${stem}${ending}`;
  return Buffer.byteLength(whole) <= nameBytes
    ? whole
    : fitName(stem, `_${sha256(stem).slice(0, 6)}${ending}`);
}
