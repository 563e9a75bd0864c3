/** Enums, domains, base types, attributes of composite types. */
import { shortName } from "../../catalog/names.ts";
import { labelsOf, planLabels } from "../enum-labels.ts";
import { say } from "../say.ts";
import type { Alter } from "./model.ts";

/** A new label may be used when it is committed, and not before. */
export const alterEnum: Alter = (before, after, changed) => {
  if (!changed.has("labels")) return [];
  const steps = planLabels(labelsOf(before), labelsOf(after)) ?? [];
  return steps.map(({ kind, label, at, side }) =>
    kind === "rename"
      ? say(`ALTER TYPE ${after.name} RENAME VALUE ${at ?? ""} TO ${label}`, { hazards: ["CHANGES_MEANING"] })
      : say(`ALTER TYPE ${after.name} ADD VALUE ${label}${at === undefined ? "" : ` ${side ?? ""} ${at}`}`, {
          mode: "committed",
        }),
  );
};

export const alterDomain: Alter = (_, after, changed) => {
  const { facts, name } = after;
  return [
    ...(changed.has("default")
      ? [
          say(
            `ALTER DOMAIN ${name} ${facts["default"] === undefined ? "DROP DEFAULT" : `SET DEFAULT ${facts["default"]}`}`,
          ),
        ]
      : []),
    ...(changed.has("not null")
      ? [
          facts["not null"] === undefined
            ? say(`ALTER DOMAIN ${name} DROP NOT NULL`)
            : say(`ALTER DOMAIN ${name} SET NOT NULL`, {
                lock: "SHARE",
                scans: true,
                hazards: ["BLOCKS_WRITES", "DEPENDS_ON_DATA"],
              }),
        ]
      : []),
  ];
};

const baseWords: Readonly<Record<string, string>> = {
  receive: "RECEIVE",
  send: "SEND",
  "typmod in": "TYPMOD_IN",
  "typmod out": "TYPMOD_OUT",
  analyze: "ANALYZE",
  subscript: "SUBSCRIPT",
  storage: "STORAGE",
};

export const alterBaseType: Alter = (_, after, changed) => {
  const settings = [...changed].flatMap((property) => {
    const word = baseWords[property];
    const unset = property === "storage" ? "plain" : "NONE";
    return word === undefined ? [] : [`${word} = ${after.facts[property] ?? unset}`];
  });
  return settings.length === 0 ? [] : [say(`ALTER TYPE ${after.name} SET (${settings.join(", ")})`)];
};

/** Attributes of a composite type that no column is of. */
export const alterAttribute: Alter = (_, after, changed) => {
  if (!changed.has("type") && !changed.has("collation")) return [];
  const collation = after.facts["collation"] === undefined ? "" : ` COLLATE ${after.facts["collation"]}`;
  const type = after.name.slice(0, after.name.length - shortName(after.path.at(-1) ?? "").length - 1);
  return [
    say(
      `ALTER TYPE ${type} ALTER ATTRIBUTE ${shortName(after.path.at(-1) ?? "")} TYPE ${after.facts["type"] ?? ""}${collation} CASCADE`,
    ),
  ];
};
