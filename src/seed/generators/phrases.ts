import type { Random } from "../random.ts";

/** Says one of its phrases. */
export type Speaker = (random: Random) => string;

type Part = string | readonly string[];

/** Phrases with their `{list}` places taken apart once, so that saying one is only choosing. */
export function makeSpeaker(
  phrases: readonly string[],
  lists: Readonly<Record<string, readonly string[]>>,
): Speaker {
  const taken = phrases.map((phrase) => takeApart(phrase, lists));
  return (random) => {
    let said = "";
    for (const part of random.of(taken)) said += typeof part === "string" ? part : random.of(part);
    return said;
  };
}

function takeApart(phrase: string, lists: Readonly<Record<string, readonly string[]>>): readonly Part[] {
  return phrase
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      if (!part.startsWith("{")) return part;
      const words = lists[part.slice(1, -1)];
      if (words === undefined) throw new Error(`no list is called ${part} in: ${phrase}`);
      return words;
    });
}

/** The first letter large, as titles have it. */
export function capitalized(text: string): string {
  const first = text.charCodeAt(0);
  if (first >= 65 && first <= 90) return text;
  const [head = ""] = text;
  return head.toUpperCase() + text.slice(head.length);
}
