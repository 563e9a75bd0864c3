/**
 * Checks a password against a bcrypt hash, as web configuration files hold them. Node has no bcrypt, and nothing is ever
 * hashed here, only checked: decision 1001 says why this stands here.
 */
import { timingSafeEqual } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";

/** 72 bytes are all that bcrypt looks at. */
const mostBytes = 72;
/** Rounds between two breaths: the process answers others meanwhile. */
const roundsABreath = 32;
const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const format = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

interface ParsedHash {
  readonly cost: number;
  readonly salt: Uint8Array;
  readonly digest: string;
}

/** Undefined for what is no hash, and for one that is to take longer than `2^14` rounds. */
export function parseBcrypt(hash: string): ParsedHash | undefined {
  const [, digits = "", salt = "", digest = ""] = format.exec(hash) ?? [];
  const cost = Number(digits);
  if (digest === "" || cost < 4 || cost > 14) return undefined;
  return { cost, salt: decode(salt, 16), digest };
}

/** True when the hash is that of the password. Takes as long whether it is or not. */
export async function checkBcrypt(password: string, hash: ParsedHash): Promise<boolean> {
  const found = encode((await digestOf(Buffer.from(password), hash)).subarray(0, 23));
  return timingSafeEqual(Buffer.from(found), Buffer.from(hash.digest));
}

async function digestOf(password: Uint8Array, { cost, salt }: ParsedHash): Promise<Uint8Array> {
  const key = wordsOf(new Uint8Array([...password.subarray(0, mostBytes), 0]), 18);
  const saltWords = wordsOf(salt, 4);
  const saltKey = wordsOf(salt, 18);
  const box = startingBox();
  expand(box, key, saltWords);
  const none = new Uint32Array(4);
  for (let round = 0; round < 2 ** cost; round++) {
    expand(box, key, none);
    expand(box, saltKey, none);
    if (round % roundsABreath === roundsABreath - 1) await breathe();
  }
  const text = wordsOf(Buffer.from("OrpheanBeholderScryDoubt"), 6);
  const pair = new Uint32Array(2);
  for (let at = 0; at < 6; at += 2) {
    pair.set(text.subarray(at, at + 2));
    for (let time = 0; time < 64; time++) encipher(box, pair);
    text.set(pair, at);
  }
  const digest = Buffer.alloc(24);
  text.forEach((word, index) => digest.writeUInt32BE(word, index * 4));
  return digest;
}

/** Blowfish's state: 18 subkeys, then four boxes of 256 words. */
type Box = Uint32Array;
const subkeys = 18;

function encipher(box: Box, pair: Uint32Array): void {
  let left = (pair[0] ?? 0) ^ at(box, 0);
  let right = pair[1] ?? 0;
  for (let round = 1; round <= 16; round += 2) {
    right ^= feistel(box, left) ^ at(box, round);
    left ^= feistel(box, right) ^ at(box, round + 1);
  }
  pair[0] = right ^ at(box, 17);
  pair[1] = left;
}

function feistel(box: Box, word: number): number {
  const sum = (at(box, subkeys + (word >>> 24)) + at(box, subkeys + 256 + ((word >>> 16) & 255))) | 0;
  return ((sum ^ at(box, subkeys + 512 + ((word >>> 8) & 255))) + at(box, subkeys + 768 + (word & 255))) | 0;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function expand(box: Box, key: Uint32Array, salt: Uint32Array): void {
  for (let index = 0; index < subkeys; index++) box[index] = at(box, index) ^ at(key, index);
  const pair = new Uint32Array(2);
  for (let index = 0; index < box.length; index += 2) {
    pair[0] = at(pair, 0) ^ at(salt, index % 4);
    pair[1] = at(pair, 1) ^ at(salt, (index + 1) % 4);
    encipher(box, pair);
    box.set(pair, index);
  }
}

/** So many words of the bytes, which begin again where they end. */
function wordsOf(bytes: Uint8Array, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) =>
    [0, 1, 2, 3].reduce((word, byte) => (word << 8) | (bytes[(index * 4 + byte) % bytes.length] ?? 0), 0),
  );
}

let digits: Uint32Array | undefined;

/** Blowfish begins with the digits of pi behind the point. Counted out once, in some tens of milliseconds. */
function startingBox(): Box {
  digits ??= digitsOfPi(subkeys + 4 * 256);
  return digits.slice();
}

function digitsOfPi(words: number): Uint32Array {
  const guard = 64n;
  const bits = BigInt(words * 32) + guard;
  const one = 1n << bits;
  // Machin: pi = 16 arctan(1/5) - 4 arctan(1/239).
  const pi = 16n * inverseTangent(5n, one) - 4n * inverseTangent(239n, one);
  const hex = ((pi & (one - 1n)) >> guard).toString(16).padStart(words * 8, "0");
  return Uint32Array.from({ length: words }, (_, index) =>
    Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16),
  );
}

/** arctan(1/x), times `one`. */
function inverseTangent(x: bigint, one: bigint): bigint {
  let term = one / x;
  let sum = term;
  for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
    term /= x * x;
    sum += (sign * term) / n;
  }
  return sum;
}

function encode(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = bytes.subarray(index, index + 3);
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const length = b === undefined ? 2 : c === undefined ? 3 : 4;
    for (let place = 0; place < length; place++) text += alphabet[(word >> (18 - 6 * place)) & 63] ?? "";
  }
  return text;
}

function decode(text: string, length: number): Uint8Array {
  const bits = [...text]
    .map((character) => alphabet.indexOf(character).toString(2).padStart(6, "0"))
    .join("");
  return Uint8Array.from({ length }, (_, index) => Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2));
}
