/** `1 migration`, `3 migrations`: a number with its noun, whose plural takes an s unless it is given. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
