import { parseDuration } from "../kernel/duration.ts";

/** A flag of a command: how it is written, what it says in the help, and how its text becomes a value. */
export interface Flag<T> {
  /** As commander writes it: `-n, --dry-run` or `--to <id>`. */
  readonly flags: string;
  readonly summary: string;
  /** What the help shows as the default. */
  readonly shownDefault?: string;
  readonly fallback: T;
  /** The value, or undefined when the text is not one. A switch gets no text. */
  readonly parse: (text: string) => T | undefined;
  readonly expects: string;
  readonly isSwitch: boolean;
  readonly isRepeatable: boolean;
  /** The values there are, where they can be counted: completion offers them. */
  readonly choices?: readonly string[];
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<Flags extends FlagTable> = { readonly [Name in keyof Flags]: Flags[Name]["fallback"] };

interface Described {
  readonly flags: string;
  readonly summary: string;
}

export const flag = {
  /** `--check`: true when given. */
  switch: (flags: string, summary: string): Flag<boolean> => ({
    ...described(flags, summary),
    fallback: false,
    parse: () => true,
    expects: "nothing",
    isSwitch: true,
  }),
  text: (flags: string, summary: string): Flag<string | undefined> => ({
    ...described(flags, summary),
    fallback: undefined,
    parse: (text) => (text === "" ? undefined : text),
    expects: "a text",
    isSwitch: false,
  }),
  /** May be given several times. */
  texts: (flags: string, summary: string): Flag<readonly string[]> => ({
    ...described(flags, summary),
    fallback: [],
    parse: (text) => (text === "" ? undefined : [text]),
    expects: "a text",
    isSwitch: false,
    isRepeatable: true,
  }),
  integer: (flags: string, summary: string, min: number): Flag<number | undefined> => ({
    ...described(flags, summary),
    fallback: undefined,
    parse: (text) => (/^\d+$/.test(text) && Number(text) >= min ? Number(text) : undefined),
    expects: `a whole number, ${min} or more`,
    isSwitch: false,
  }),
  /** In milliseconds. */
  duration: (flags: string, summary: string): Flag<number | undefined> => ({
    ...described(flags, summary),
    fallback: undefined,
    parse: parseDuration,
    expects: "a duration such as 500ms, 5s or 2min",
    isSwitch: false,
  }),
  choice: <const T extends string>(
    flags: string,
    summary: string,
    choices: readonly T[],
    fallback: T,
  ): Flag<T> => ({
    ...described(flags, summary),
    fallback,
    shownDefault: fallback,
    choices,
    parse: (text) => choices.find((choice) => choice === text),
    expects: `one of ${choices.join(", ")}`,
    isSwitch: false,
  }),
};

function described(flags: string, summary: string): Described & { readonly isRepeatable: false } {
  return { flags, summary, isRepeatable: false };
}

/** `--dry-run` of `-n, --dry-run`; `--to` of `--to <id>`. */
export function longName(flags: string): string {
  return /--[a-z][a-z0-9-]*/.exec(flags)?.[0] ?? flags;
}

/** True when the flag takes a value. */
export function takesValue(flags: string): boolean {
  return flags.includes("<");
}
