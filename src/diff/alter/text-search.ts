/** Dictionaries and configurations of text search. */
import type { CatalogObject } from "../../catalog/model.ts";
import { say } from "../say.ts";
import type { Alter } from "./model.ts";
import { entriesOf } from "./trimmings.ts";

export const alterDictionary: Alter = (before, after, changed) => {
  if (!changed.has("options")) return [];
  const [had, has] = [before, after].map(({ facts }) => entriesOf(facts["options"], "="));
  const settings = [
    ...[...(had ?? [])].filter(([name]) => has?.has(name) !== true).map(([name]) => name),
    ...[...(has ?? [])]
      .filter(([name, value]) => had?.get(name) !== value)
      .map(([name, value]) => `${name} = ${value}`),
  ];
  return [say(`ALTER TEXT SEARCH DICTIONARY ${after.name} (${settings.join(", ")})`)];
};

export const alterConfiguration: Alter = (before, after, changed) => {
  if (!changed.has("mappings")) return [];
  const list = ({ facts }: CatalogObject): Map<string, string> =>
    new Map(
      (facts["mappings"] ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const at = line.indexOf(" WITH ");
          return [line.slice(0, at), line.slice(at + " WITH ".length)];
        }),
    );
  const [had, has] = [list(before), list(after)];
  const head = `ALTER TEXT SEARCH CONFIGURATION ${after.name}`;
  return [
    ...[...had.keys()]
      .filter((token) => !has.has(token))
      .map((token) => say(`${head} DROP MAPPING FOR ${token}`)),
    ...[...has]
      .filter(([token, dictionaries]) => had.get(token) !== dictionaries)
      .map(([token, dictionaries]) =>
        say(`${head} ${had.has(token) ? "ALTER" : "ADD"} MAPPING FOR ${token} WITH ${dictionaries}`),
      ),
  ];
};
