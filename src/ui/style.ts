import type { ChalkInstance } from "chalk";
import type { Tone } from "./view.ts";

/** The colours of one stream; without colour every function gives its text back. */
export interface Style {
  readonly isColoured: boolean;
  tone(content: string, tone: Tone | undefined): string;
  bold(content: string): string;
  muted(content: string): string;
}

export const plainStyle: Style = {
  isColoured: false,
  tone: (content) => content,
  bold: (content) => content,
  muted: (content) => content,
};

export interface ColourFacts {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True under `--no-color`. */
  readonly isRefused: boolean;
}

/** Colour is off when the stream is no terminal, under NO_COLOR, TERM=dumb or --no-color; FORCE_COLOR stands in for a terminal. */
export function wantsColour({ isTerminal, env, isRefused }: ColourFacts): boolean {
  if (isRefused || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") return false;
  const force = env["FORCE_COLOR"];
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return isTerminal;
}

/** The style of a stream; loads the colours only where they are used. */
export async function styleFor(facts: ColourFacts): Promise<Style> {
  if (!wantsColour(facts)) return plainStyle;
  const { Chalk } = await import("chalk");
  return colouredStyle(new Chalk({ level: 1 }));
}

function colouredStyle(chalk: ChalkInstance): Style {
  const tones = { good: chalk.green, bad: chalk.red, warning: chalk.yellow, muted: chalk.dim };
  return {
    isColoured: true,
    tone: (content, tone) => (tone === undefined ? content : tones[tone](content)),
    bold: (content) => chalk.bold(content),
    muted: (content) => chalk.dim(content),
  };
}
