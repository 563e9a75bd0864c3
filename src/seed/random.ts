/**
 * Random numbers that are a pure function of where they are used: the value of a column in a row depends on the seed, the
 * names of table and column, and the number of the row, and on nothing that was drawn before. So `--only` gives the
 * same rows, and a table can ask for any value of another one without keeping it.
 *
 * The generator is xoshiro128** (D. Blackman, S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47,
 * 2021). Its state is filled as its authors advise, by a mixing generator of another kind: the finalizer of
 * MurmurHash3 (A. Appleby, 2011) over a Weyl sequence, as in SplitMix (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
 *
 * Only whole numbers of 32 bits and the operations that IEEE 754 defines to the last bit (+ − × ÷ √) are used: another
 * Node, another processor, the same data.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** Goes to the beginning of one row's numbers. */
  seek(key: Key, row: number): this {
    const low = mix(key.low ^ Math.imul(row, weyl));
    // Rows above 2^32 would repeat without their upper half.
    const high = mix(key.high + low + Math.floor(row / 0x1_0000_0000));
    this.#a = low;
    this.#b = high;
    this.#c = mix(low + weyl);
    this.#d = mix(high + weyl) | 1; // the state must not be all zero
    return this;
  }

  /** A whole number of 32 bits. */
  next(): number {
    const scrambled = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return scrambled >>> 0;
  }

  /** From 0 up to, and without, 1. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** One of a list, which is not empty. */
  of<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error("there is nothing to choose from");
    return found;
  }
}

/** What a stream of random numbers is named by, as two numbers of 32 bits. */
export interface Key {
  readonly low: number;
  readonly high: number;
}

/** The key of a run: its `--seed`, and what else sets it apart. */
export function runKey(seed: number, ...apart: readonly number[]): Key {
  return apart.reduce((key, part) => keyWithin(key, String(part)), {
    low: mix(seed >>> 0),
    high: mix(Math.floor(seed / 0x1_0000_0000) ^ weyl),
  });
}

/** The key of something within: a table of a run, a column of a table. */
export function keyWithin(key: Key, name: string): Key {
  let { low, high } = key;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    low = mix(Math.imul(low, 31) + code);
    high = mix(high ^ Math.imul(code + 1, weyl));
  }
  return { low: mix(low + high), high: mix(high + weyl) };
}

const weyl = 0x9e3779b9;

/** Every bit of what comes in changes half of the bits of what goes out; no two numbers become one. */
export function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
