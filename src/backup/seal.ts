/**
 * JSON files that carry the hash of their own bytes: of a manifest in which one byte has changed nothing can be
 * believed, not even what it says of the other files.
 */
import { sha256 } from "../kernel/hash.ts";

const tail = /,\n {2}"checksum": "([0-9a-f]{64})"\n\}\n$/;

/** The object as JSON text, its last field the SHA-256 of everything before it. */
export function seal(content: object): string {
  const text = JSON.stringify(content, undefined, 2).slice(0, -2); // without the last line break and brace
  return `${text},\n  "checksum": "${sha256(text)}"\n}\n`;
}

/** What a sealed text holds; undefined when a byte of it is not as it was written. */
export function unseal(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString("utf8");
  const match = tail.exec(text);
  if (match === null) return undefined;
  // Of the bytes, not of the text: what is no UTF-8 would be read as the same sign as something else.
  const length = bytes.length - Buffer.byteLength(match[0]);
  if (sha256(bytes.subarray(0, length)) !== match[1]) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
