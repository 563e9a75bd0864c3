import type { Maker } from "../place.ts";
import { keyWithin } from "../random.ts";
import type { Random } from "../random.ts";
import { names } from "../words/names.ts";
import { chooserOf } from "./languages.ts";

const chooseNames = chooserOf(names);

interface Person {
  readonly first: string;
  readonly last: string;
}

/** Somebody; all parts of one row's person belong together. */
export const personMaker: Maker<"person"> = (part, { random, table }) => {
  const key = keyWithin(table.key, "person");
  const addressOf = (row: number): string => {
    const person = choosePerson(random.seek(key, row));
    return `${nickname(person, random)}${table.base + row + 1}`;
  };
  switch (part) {
    case "first":
      return { kind: "text", at: (row) => choosePerson(random.seek(key, row)).first };
    case "last":
      return { kind: "text", at: (row) => choosePerson(random.seek(key, row)).last };
    case "full":
      return { kind: "text", at: (row) => fullName(choosePerson(random.seek(key, row))) };
    case "username":
      return { kind: "text", at: addressOf };
    case "email":
      return { kind: "text", at: (row) => `${addressOf(row).toLowerCase()}@${random.of(mailHosts)}` };
  }
};

export function choosePerson(random: Random): Person {
  const list = names[chooseNames(random)];
  if (list === undefined) throw new Error("there is no such list of names");
  return { first: random.of(list.first), last: random.of(list.last).replace("-", " ") };
}

export function fullName({ first, last }: Person): string {
  return /^[\u3000-\u9fff]/.test(last) ? `${last} ${first}` : `${first} ${last}`;
}

/** Names that belong to nobody (RFC 2606). */
const mailHosts = [
  "mail.example",
  "post.example",
  "inbox.example",
  "example.com",
  "example.org",
  "example.net",
];
const callings = ["dj", "mc", "the", "its", "lil", "el", "la", "hey", "studio"];
const things = ["beats", "music", "sound", "wave", "tapes", "records", "loops", "noise", "keys", "bass"];

/** What people call themselves. It never ends with a digit, so that the number which follows keeps each one its own. */
function nickname(person: Person, random: Random): string {
  const first = plain(person.first) || random.of(things);
  const last = plain(person.last) || random.of(callings);
  switch (random.below(9)) {
    case 0:
      return `${first}.${last}`;
    case 1:
      return `${first}_${last}_`;
    case 2:
      return `${first}${last}`;
    case 3:
      return `${first.slice(0, 1)}${last}`;
    case 4:
      return `${random.of(callings)}_${first}`;
    case 5:
      return `${first}${random.of(things)}`;
    case 6:
      return `${first.charAt(0).toUpperCase()}${first.slice(1)}${last.charAt(0).toUpperCase()}${last.slice(1)}`;
    case 7:
      return `${last}.${random.of(things)}.`;
    default:
      return first;
  }
}

const plainForms = new Map<string, string>();

/** `Łukasz` → `lukasz`: letters that are not Latin are left out. */
function plain(name: string): string {
  let form = plainForms.get(name);
  if (form === undefined) {
    form = name
      .toLowerCase()
      .replace(/ł/g, "l")
      .replace(/ø/g, "o")
      .replace(/ß/g, "ss")
      .replace(/ı/g, "i")
      .replace(/đ/g, "d")
      .replace(/æ/g, "ae")
      .normalize("NFD")
      .replace(/[^a-z]/g, "");
    plainForms.set(name, form);
  }
  return form;
}
