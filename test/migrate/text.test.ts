/** Bytes to text: byte-order marks, line ends, and where UTF-8 goes wrong. */
import { expect, test } from "vitest";
import { checksumOf, normalizeBytes, requireUtf8 } from "../../src/migrate/text.ts";

const bom = "\ufeff";

test("a byte-order mark and CRLF change neither text nor checksum", () => {
  const plain = Buffer.from("SELECT 'é';\n-- two\n\nSELECT 2;\n");
  const windows = Buffer.from(`${bom}SELECT 'é';\r\n-- two\r\n\r\nSELECT 2;\r\n`);
  expect(normalizeBytes(windows)).toEqual(plain);
  expect(checksumOf(windows)).toBe(checksumOf(plain));
  // Known from elsewhere: printf "…" | sha256sum
  expect(checksumOf(Buffer.from("SELECT 1;\n"))).toBe(
    "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd",
  );
});

test.each([
  ["a mark in the middle stays", `a${bom}b`, `a${bom}b`],
  ["only the first mark goes", `${bom}${bom}a`, `${bom}a`],
  ["a lone CR stays", "a\rb", "a\rb"],
  ["a CR at the end stays", "a\r", "a\r"],
  ["each CRLF becomes LF, an LF stays", "a\r\nb\nc\r\n", "a\nb\nc\n"],
  ["a mark alone is an empty text", bom, ""],
  ["nothing is nothing", "", ""],
])("%s", (_, before, after) => {
  expect(normalizeBytes(Buffer.from(before)).toString("utf8")).toBe(after);
});

test("any other difference changes the checksum", () => {
  const sums = ["a", "a\n", "a ", "A", "\ra", "a\r", ""].map((text) => checksumOf(Buffer.from(text)));
  expect(new Set(sums).size).toBe(sums.length);
});

const ok = "x é ‰ 🎵 ";
const okBytes = Buffer.byteLength(ok);

test.each([
  ["a lone continuation byte", [0x80]],
  ["a two-byte character without its second", [0xc3]],
  ["a two-byte character whose second is a letter", [0xc3, 0x41]],
  ["a three-byte character without its third", [0xe2, 0x82]],
  ["a three-byte character with one byte alone", [0xe2]],
  ["a four-byte character without its fourth", [0xf0, 0x9f, 0x8e]],
  ["a four-byte character without its third", [0xf0, 0x9f]],
  ["an overlong slash in two bytes", [0xc0, 0xaf]],
  ["an overlong slash in three bytes", [0xe0, 0x80, 0xaf]],
  ["an overlong slash in four bytes", [0xf0, 0x80, 0x80, 0xaf]],
  ["a high surrogate", [0xed, 0xa0, 0x80]],
  ["a surrogate pair, as CESU-8 writes it", [0xed, 0xa0, 0xbc, 0xed, 0xbe, 0xb5]],
  ["a character past U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["a byte that UTF-8 never has", [0xff]],
  ["a five-byte lead", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ["Latin-1", [0xe9, 0x20]],
])("%s is found where it begins, in the middle and at the end", (_, bytes) => {
  for (const after of ["", "a", "é", ok, ok.repeat(5000)]) {
    for (const before of ["", ok, ok.repeat(3), `${ok}\n${ok}`]) {
      const whole = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
      // The letters that follow may complete what was begun; then there is nothing to find.
      if (isValid(whole)) continue;
      const byteOffset = Buffer.byteLength(before);
      expect(() => requireUtf8(whole, "m.sql")).toThrow(
        expect.objectContaining({
          code: "migrate.invalid-utf8",
          exitCode: 2,
          facts: { file: "m.sql", byteOffset, line: before.split("\n").length },
        }),
      );
    }
  }
});

test("the message names byte, offset and line", () => {
  const bytes = Buffer.concat([Buffer.from("one\ntwo "), Buffer.from([0xe9]), Buffer.from("\n")]);
  expect(() => requireUtf8(bytes, "migrations/x.sql")).toThrow(
    "migrations/x.sql is not valid UTF-8: byte 0xe9 at byte offset 8 (line 2).",
  );
});

test("every character of UTF-8 passes, up to the last one", () => {
  for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff]) {
    expect(() => requireUtf8(Buffer.from(`a${String.fromCodePoint(point)}b`), "m.sql")).not.toThrow();
  }
});

test("a wrong byte is found wherever it stands among characters of every length", () => {
  const text = "aé‰🎵".repeat(40);
  const characters = Array.from(text);
  let byteOffset = 0;
  for (const [index, character] of characters.entries()) {
    const bytes = Buffer.concat([
      Buffer.from(characters.slice(0, index).join("")),
      Buffer.from([0xff]),
      Buffer.from(characters.slice(index).join("")),
    ]);
    expect(() => requireUtf8(bytes, "m")).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ byteOffset }) }),
    );
    byteOffset += Buffer.byteLength(character);
  }
  expect(okBytes).toBeGreaterThan(ok.length);
});

function isValid(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
