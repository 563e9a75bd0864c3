/** Kinds that are neither tables nor columns. */
import { splitList } from "../../catalog/expressions.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { shortName } from "../../catalog/names.ts";
import { maskPattern } from "../../catalog/options.ts";
import { renderLanguage, renderTransform } from "../../schema/render/others.ts";
import { renderSetting, states } from "../../schema/render/relation.ts";
import { referenceTo } from "../../schema/render/reference.ts";
import { renderAggregate } from "../../schema/render/routine.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { labelsOf, planLabels } from "../judge.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";
import { entriesOf, foreignChanges } from "./trimmings.ts";

type Changed = ReadonlySet<string>;
export type Alter = (before: CatalogObject, after: CatalogObject, changed: Changed) => Statement[];

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

/** What does not begin with `comment`, `grants to` and the like: the routine itself. */
function isItself(changed: Changed): boolean {
  return [...changed].some(
    (property) => !/^(?:comment|owner|grants to .*|security label .*|depends on extension)$/.test(property),
  );
}

export const alterRoutine: Alter = (_, after, changed) =>
  isItself(changed) ? [say((after.definition ?? "").trimEnd())] : [];

export const alterAggregate: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderAggregate(after).map((sql) =>
        say(sql.replace(/^CREATE AGGREGATE/, "CREATE OR REPLACE AGGREGATE")),
      )
    : [];

export const alterLanguage: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderLanguage(after).map((sql) => say(sql.replace(/^CREATE /, "CREATE OR REPLACE ")))
    : [];

export const alterTransform: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderTransform(after).map((sql) => say(sql.replace(/^CREATE /, "CREATE OR REPLACE ")))
    : [];

export const alterOperator: Alter = (_, after, changed) => {
  const settings = [
    ...(changed.has("restrict") ? [`RESTRICT = ${after.facts["restrict"] ?? "NONE"}`] : []),
    ...(changed.has("join") ? [`JOIN = ${after.facts["join"] ?? "NONE"}`] : []),
  ];
  return settings.length === 0 ? [] : [say(`ALTER ${referenceTo(after)} SET (${settings.join(", ")})`)];
};

export const alterOperatorFamily: Alter = (before, after, changed) => {
  if (!changed.has("members")) return [];
  const list = ({ facts }: CatalogObject): string[] =>
    (facts["members"] ?? "").split(",\n  ").filter((member) => member !== "");
  const [had, has] = [list(before), list(after)];
  const head = `ALTER OPERATOR FAMILY ${after.name}`;
  const gone = had.filter((member) => !has.includes(member)).map(dropMember);
  const fresh = has.filter((member) => !had.includes(member));
  return [
    ...(gone.length === 0 ? [] : [say(`${head} DROP\n  ${gone.join(",\n  ")}`)]),
    ...(fresh.length === 0 ? [] : [say(`${head} ADD\n  ${fresh.join(",\n  ")}`)]),
  ];
};

/** `OPERATOR 1 s.=(a,b)` is dropped as `OPERATOR 1 (a,b)`, `FUNCTION 1 (a, b) f(a,b)` as `FUNCTION 1 (a, b)`. */
function dropMember(member: string): string {
  const isFunction = /^FUNCTION (\d+) (\([^)]*\))/.exec(member);
  if (isFunction !== null) return isFunction[0];
  const number = /^OPERATOR (\d+)/.exec(member)?.[0] ?? "";
  const types = /\(([^()]*)\)(?: FOR ORDER BY .*)?$/.exec(member)?.[1] ?? "";
  return `${number} (${types})`;
}

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

export const alterExtension: Alter = (before, after, changed) => [
  ...(changed.has("schema")
    ? [say(`ALTER EXTENSION ${after.name} SET SCHEMA ${shortName(after.facts["schema"] ?? "public")}`)]
    : []),
  ...(changed.has("version") && before.facts["version"] !== undefined
    ? [say(`ALTER EXTENSION ${after.name} UPDATE TO ${quoteLiteral(after.facts["version"] ?? "")}`)]
    : []),
];

export const alterWrapper: Alter = (before, after, changed) => {
  const { facts } = after;
  const named = (property: string, word: string): string =>
    changed.has(property)
      ? ` ${facts[property] === undefined ? `NO ${word}` : `${word} ${facts[property]}`}`
      : "";
  const sql =
    named("handler", "HANDLER") +
    named("validator", "VALIDATOR") +
    foreignChanges(before.facts, facts, changed);
  return sql === "" ? [] : [say(`ALTER FOREIGN DATA WRAPPER ${after.name}${sql}`)];
};

export const alterServer: Alter = (before, after, changed) => {
  const version = changed.has("version")
    ? ` VERSION ${after.facts["version"] === undefined ? "NULL" : quoteLiteral(after.facts["version"])}`
    : "";
  const sql = version + foreignChanges(before.facts, after.facts, changed);
  return sql === "" ? [] : [say(`ALTER SERVER ${after.name}${sql}`)];
};

export const alterUserMapping: Alter = (before, after, changed) => {
  const sql = foreignChanges(before.facts, after.facts, changed);
  return sql === "" ? [] : [say(`ALTER USER MAPPING ${after.name}${sql}`)];
};

export const alterSetting: Alter = (_, after) => renderSetting(after).map((sql) => say(sql));

export const alterStatistics: Alter = (_, after, changed) =>
  changed.has("target")
    ? [say(`ALTER STATISTICS ${after.name} SET STATISTICS ${after.facts["target"] ?? "-1"}`)]
    : [];

export const alterEventTrigger: Alter = (_, after, changed) =>
  changed.has("enabled")
    ? [say(`ALTER EVENT TRIGGER ${after.name} ${states[after.facts["enabled"] ?? "origin"] ?? "ENABLE"}`)]
    : [];

export const alterPublication: Alter = (_, after, changed) => {
  const { facts } = after;
  const settings = [
    ...(changed.has("publish") ? [`publish = ${quoteLiteral(facts["publish"] ?? "")}`] : []),
    ...(changed.has("via partition root")
      ? [`publish_via_partition_root = ${facts["via partition root"] !== undefined}`]
      : []),
    ...(changed.has("generated columns")
      ? [`publish_generated_columns = ${facts["generated columns"] ?? "none"}`]
      : []),
  ];
  return settings.length === 0 ? [] : [say(`ALTER PUBLICATION ${after.name} SET (${settings.join(", ")})`)];
};

const subscriptionWords: Readonly<Record<string, readonly [word: string, unset: string]>> = {
  slot: ["slot_name", "NONE"],
  "synchronous commit": ["synchronous_commit", "off"],
  binary: ["binary", "false"],
  streaming: ["streaming", "off"],
  "disable on error": ["disable_on_error", "false"],
  "no password required": ["password_required", "true"],
  "run as owner": ["run_as_owner", "false"],
  origin: ["origin", "any"],
  failover: ["failover", "false"],
};

export const alterSubscription: Alter = (_, after, changed) => {
  const { facts, name } = after;
  const head = `ALTER SUBSCRIPTION ${name}`;
  const settings = [...changed].flatMap((property) => {
    const found = subscriptionWords[property];
    if (found === undefined) return [];
    const [word, unset] = found;
    const is = facts[property];
    const value =
      is === undefined
        ? unset
        : property === "no password required"
          ? "false"
          : is === "yes"
            ? "true"
            : is === "t"
              ? "on"
              : is === "p"
                ? "parallel"
                : quoteLiteral(is);
    return [`${word} = ${value}`];
  });
  const publications = splitList(facts["publications"] ?? "")
    .map(shortName)
    .join(", ");
  return [
    ...(changed.has("connection") &&
    facts["connection"] !== undefined &&
    !maskPattern.test(facts["connection"])
      ? [say(`${head} CONNECTION ${quoteLiteral(facts["connection"])}`)]
      : []),
    ...(changed.has("publications")
      ? [say(`${head} SET PUBLICATION ${publications} WITH (refresh = false)`)]
      : []),
    ...(settings.length === 0 ? [] : [say(`${head} SET (${settings.join(", ")})`)]),
    ...(changed.has("disabled")
      ? [say(`${head} ${facts["disabled"] === undefined ? "ENABLE" : "DISABLE"}`)]
      : []),
  ];
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
