import type { Random } from "../random.ts";
import { english } from "../words/english.ts";
import { french } from "../words/french.ts";
import { german } from "../words/german.ts";
import { italian } from "../words/italian.ts";
import type { Language } from "../words/language.ts";
import { portuguese } from "../words/portuguese.ts";
import { spanish } from "../words/spanish.ts";
import { makeSpeaker } from "./phrases.ts";
import type { Speaker } from "./phrases.ts";

type Topic = "titles" | "playlists" | "rooms" | "bios" | "chat" | "comments";

/** Languages as what they can be made to say. */
export type Voice = Readonly<Record<Topic, Speaker>>;

const languages = [english, french, german, spanish, portuguese, italian];
const voices = languages.map((language): Voice => {
  const speaker = (topic: Topic): Speaker => makeSpeaker(language[topic], language.lists);
  return {
    titles: speaker("titles"),
    playlists: speaker("playlists"),
    rooms: speaker("rooms"),
    bios: speaker("bios"),
    chat: speaker("chat"),
    comments: speaker("comments"),
  };
});
const chooseIndex = chooserOf(languages);

/** One of the languages, the common ones more often. */
export function chooseVoice(random: Random): Voice {
  const voice = voices[chooseIndex(random)];
  if (voice === undefined) throw new Error("there is no such language");
  return voice;
}

/** Chooses by weight: the index of one of a list. */
export function chooserOf(list: readonly { readonly weight: number }[]): (random: Random) => number {
  const ends = list.map((_, index) =>
    list.slice(0, index + 1).reduce((sum: number, { weight }: Pick<Language, "weight">) => sum + weight, 0),
  );
  const total = ends.at(-1) ?? 0;
  return (random) => {
    const share = random.unit() * total;
    let index = 0;
    while (share >= (ends[index] ?? total)) index++;
    return Math.min(index, list.length - 1);
  };
}
