/** What the driver gives for a column, as a number: int8 and numeric come as texts. Undefined where there is no such column. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** The sum of what is there; undefined where nothing is. */
export function sumOf(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** A part of a whole from 0 to 1; null where the whole is nothing. */
export function ratioOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** With so many digits after the point; null stays null. */
export function rounded(value: number | undefined | null, digits = 3): number | null {
  return value === undefined || value === null ? null : Number(value.toFixed(digits));
}
