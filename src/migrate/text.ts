import { isUtf8 } from "node:buffer";
import { usageError } from "../kernel/error.ts";
import { sha256 } from "../kernel/hash.ts";
import { shellWord } from "../kernel/shell-word.ts";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes without a leading byte-order mark and with CRLF turned into LF: what is run, stored and hashed. */
export function normalizeBytes(bytes: Buffer): Buffer {
  const body = bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
  if (!body.includes("\r\n")) return body;
  return Buffer.from(body.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
}

/** The checksum of a migration text. */
export function checksumOf(bytes: Buffer): string {
  return sha256(normalizeBytes(bytes));
}

/** Refuses bytes that are no UTF-8, naming the first byte that is wrong. */
export function requireUtf8(bytes: Buffer, path: string): void {
  if (isUtf8(bytes)) return;
  const offset = firstInvalidByte(bytes);
  const value = bytes[offset] ?? 0;
  const line = bytes.subarray(0, offset).toString("latin1").split("\n").length;
  throw usageError(
    "migrate.invalid-utf8",
    `${path} is not valid UTF-8: byte 0x${value.toString(16).padStart(2, "0")} at byte offset ${offset} (line ${line}).`,
    `iconv -f LATIN1 -t UTF-8 ${shellWord(path)}`,
  ).with({ facts: { file: path, byteOffset: offset, line } });
}

/** Where the first ill-formed character begins; found by halving, since a prefix tells. */
function firstInvalidByte(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  // A prefix is sound when it is valid, or when only its last, unfinished character is missing bytes.
  const isSound = (length: number): boolean =>
    [0, 1, 2, 3].some(
      (cut) =>
        cut <= length && isUtf8(bytes.subarray(0, length - cut)) && isTail(bytes, length - cut, length),
    );
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isSound(middle)) good = middle;
    else bad = middle;
  }
  return (
    [0, 1, 2, 3]
      .map((cut) => good - cut)
      .find((length) => length >= 0 && isUtf8(bytes.subarray(0, length))) ?? good
  );
}

/** True when bytes[from, to) could be the beginning of one character. */
function isTail(bytes: Buffer, from: number, to: number): boolean {
  if (from === to) return true;
  const first = bytes[from] ?? 0;
  const size = first >= 0xf0 && first <= 0xf4 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  return size > to - from && bytes.subarray(from + 1, to).every((byte) => (byte & 0xc0) === 0x80);
}
