/** A number with a comma after each three digits: `1,234.5`. The same as toLocaleString("en-US"), which loads the languages of the world first. */
export function groupDigits(value: number | string): string {
  return String(value).replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ","));
}
