import type { Maker } from "../place.ts";
import { Random, keyWithin } from "../random.ts";
import type { TextKind } from "../model.ts";
import { cities } from "../words/names.ts";
import { userAgents } from "../words/user-agents.ts";
import { chooseVoice } from "./languages.ts";
import type { Voice } from "./languages.ts";
import { choosePerson, fullName } from "./person.ts";
import { capitalized } from "./phrases.ts";

type Writer = (voice: Voice, random: Random) => string;

const writers: Readonly<Record<TextKind, Writer>> = {
  sentence: (voice, random) => capitalized(voice.comments(random)),
  paragraph: (voice, random) => several(2 + random.below(3), () => capitalized(voice.comments(random))),
  bio: (voice, random) => several(1 + random.below(2), () => capitalized(voice.bios(random))),
  city: (_voice, random) => random.of(cities),
  website: (_voice, random) =>
    `https://${random.of(siteNames)}-${random.of(siteNames)}.example/${random.below(10_000)}`,
  "track-title": title,
  "album-title": (voice, random) =>
    `${capitalized(voice.titles(random))}${random.unit() < 0.15 ? " EP" : ""}`,
  "artist-name": artist,
  "playlist-name": (voice, random) =>
    `${capitalized(voice.playlists(random))}${random.unit() < 0.2 ? ` ${2015 + random.below(11)}` : ""}`,
  "room-name": (voice, random) => capitalized(voice.rooms(random)),
  "chat-message": chat,
  comment: (voice, random) =>
    `${capitalized(voice.comments(random))}${random.unit() < 0.2 ? ` ${capitalized(voice.comments(random))}` : ""}`,
  "user-agent": (_voice, random) => random.of(userAgents),
};

/** Texts of a kind, in the language of the row or of the row that another column refers to. */
export const textMaker: Maker<"text"> = (options, { random, key, table, ownReference }) => {
  const { kind, languageOf } =
    typeof options === "string" ? { kind: options, languageOf: undefined } : options;
  const write = writers[kind];
  const other = languageOf === undefined ? undefined : ownReference(languageOf);
  const languageKey = keyWithin(other?.table.key ?? table.key, "language");
  const tongue = new Random();
  return {
    kind: "text",
    at: (row) => {
      // Now and then somebody speaks another language than the place where he does.
      random.seek(key, row);
      const speaker = other === undefined ? row : Math.max(other.rowAt(row), 0);
      const isForeign = other !== undefined && random.unit() < 0.08;
      return write(chooseVoice(isForeign ? random : tongue.seek(languageKey, speaker)), random);
    },
  };
};

const siteNames = [
  "north",
  "studio",
  "atelier",
  "tape",
  "sonic",
  "blue",
  "attic",
  "field",
  "mono",
  "radio",
  "paper",
  "lune",
];

function title(voice: Voice, random: Random): string {
  const plain = capitalized(voice.titles(random));
  const chance = random.unit();
  if (chance < 0.03) return `${plain} (feat. ${artist(voice, random)})`;
  if (chance < 0.06) return `${plain} (Remix)`;
  if (chance < 0.075) return `${plain} (live)`;
  if (chance < 0.085) return `${plain} — Pt. ${2 + random.below(3)}`;
  return plain;
}

function artist(voice: Voice, random: Random): string {
  const person = choosePerson(random);
  switch (random.below(8)) {
    case 0:
      return `DJ ${person.first}`;
    case 1:
      return person.first;
    case 2:
      return `${person.first} & ${choosePerson(random).first}`;
    case 3:
      return capitalized(voice.titles(random));
    case 4:
      return `The ${person.last} Band`;
    default:
      return fullName(person);
  }
}

function chat(voice: Voice, random: Random): string {
  const first = voice.chat(random);
  const chance = random.unit();
  if (chance < 0.7) return first;
  if (chance < 0.95)
    return `${first}${/[\p{L}\d]$/u.test(first) ? "." : ""} ${capitalized(voice.chat(random))}`;
  return several(3 + random.below(4), () => voice.chat(random), "\n");
}

function several(number: number, write: () => string, between = " "): string {
  let text = write();
  for (let more = 1; more < number; more++) text += between + write();
  return text;
}
