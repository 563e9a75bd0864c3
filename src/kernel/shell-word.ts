/** A text as one word of a shell's line: as it stands where the shell reads it so, else in quotes. */
export function shellWord(text: string): string {
  return /^[\w:/@.,=+%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
