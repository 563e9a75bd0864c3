/**
 * What people of one language say and call things. `{noun}` and the like stand for one of the words of that list; `{a|b}`
 * for one of two.
 */
export interface Language {
  /** How common it is, compared with the others. */
  readonly weight: number;
  /** Lists that phrases name. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly titles: readonly string[];
  readonly playlists: readonly string[];
  readonly rooms: readonly string[];
  readonly bios: readonly string[];
  readonly chat: readonly string[];
  readonly comments: readonly string[];
}

/** One phrase a line; empty lines do not count. */
export function lines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Words apart by commas. */
export function list(text: string): readonly string[] {
  return text.split(",").map((word) => word.trim());
}
