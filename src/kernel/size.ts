/** Sizes as PostgreSQL writes them: a number and a unit of 1024, `64kB`, `512MB`, `16GB`. Kept in bytes. */

const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** The bytes of a size, or undefined when the text is not one. `1.5GB` is one; a bare number is none. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB)$/i.exec(text.trim());
  const power = units.findIndex((unit) => unit.toLowerCase() === match?.[2]?.toLowerCase());
  const bytes = Number(match?.[1]) * 1024 ** power;
  return match === null || !Number.isSafeInteger(Math.round(bytes)) ? undefined : Math.round(bytes);
}

/** The same size exactly, in the largest unit that it is a whole number of: `6GB`, `6025MB`, `100kB`. */
export function exactSize(bytes: number): string {
  let amount = bytes;
  let power = 0;
  while (amount !== 0 && amount % 1024 === 0 && power < units.length - 1) {
    amount /= 1024;
    power++;
  }
  return `${amount}${units[power] ?? "B"}`;
}
