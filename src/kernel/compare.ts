/** Sorts texts by their characters' codes; `localeCompare` would load the rules of every language first. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
