/** What every kind of object may have: an owner, a comment, labels, privileges; and lists of options. */
import { splitList } from "../../catalog/expressions.ts";
import type { CatalogObject, Facts } from "../../catalog/model.ts";
import { shortName } from "../../catalog/names.ts";
import { maskPattern } from "../../catalog/options.ts";
import { onThisDatabase } from "../../schema/render/relation.ts";
import { referenceTo, wordFor } from "../../schema/render/reference.ts";
import { optionValue } from "../../schema/render/table.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { changeGrant, isGrant } from "./grants.ts";

/** Owner first: privileges are counted from it. */
export function alterCommon(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
  major: number,
): string[] {
  const sql: string[] = [];
  const reference = referenceTo(after);
  if (changed.has("owner")) sql.push(`ALTER ${reference} OWNER TO ${ownerOf(after, major)}`);
  for (const property of changed) {
    const is = after.facts[property];
    if (property === "comment") {
      const usual = after.kind === "schema" && after.name === "public" ? "'standard public schema'" : "NULL";
      const text = is === undefined ? usual : quoteLiteral(is);
      sql.push(
        after.kind === "database"
          ? onThisDatabase(`COMMENT ON DATABASE %I IS ${text}`)
          : `COMMENT ON ${reference} IS ${text}`,
      );
    } else if (property.startsWith("security label ")) {
      const provider = property.slice("security label ".length);
      sql.push(
        `SECURITY LABEL FOR ${provider} ON ${reference} IS ${is === undefined ? "NULL" : quoteLiteral(is)}`,
      );
    } else if (property === "depends on extension") {
      sql.push(...alterExtensionTies(before, after));
    } else if (changed.has("owner") && property === `grants to ${after.facts["owner"] ?? ""}`) {
      // What the new owner was granted has become the owner's own.
      continue;
    } else if (isGrant(property)) {
      sql.push(...changeGrant(after, property, before.facts[property], is, major));
    }
  }
  return sql;
}

/** What a role that migrates owns has no owner told: whoever runs the statements is such a role. */
function ownerOf({ facts, kind, name }: CatalogObject, major: number): string {
  if (facts["owner"] !== undefined) return facts["owner"];
  return kind === "schema" && name === "public" && major >= 15 ? "pg_database_owner" : "CURRENT_USER";
}

function alterExtensionTies(before: CatalogObject, after: CatalogObject): string[] {
  const list = ({ facts }: CatalogObject): string[] =>
    (facts["depends on extension"] ?? "").split(", ").filter((name) => name !== "");
  const [had, has] = [list(before), list(after)];
  const head =
    after.kind === "trigger" ? `ALTER ${referenceTo(after)}` : `ALTER ${wordFor(after.kind)} ${after.name}`;
  return [
    ...had.filter((name) => !has.includes(name)).map((name) => `${head} NO DEPENDS ON EXTENSION ${name}`),
    ...has.filter((name) => !had.includes(name)).map((name) => `${head} DEPENDS ON EXTENSION ${name}`),
  ];
}

/**
 * `SET (a=1)` and `RESET (b)` under a word of the facts, `option` or `toast option`, behind a head. The server puts what is set
 * behind the rest: what is to stand behind something new is set again, so that the order comes out as it is wanted.
 */
export function alterOptions(
  head: string,
  before: Facts,
  after: Facts,
  changed: ReadonlySet<string>,
  words: Readonly<Record<string, string>> = { option: "" },
): string[] {
  const set: string[] = [];
  const reset: string[] = [];
  for (const [word, prefix] of Object.entries(words)) {
    const isOurs = (property: string): boolean => property.startsWith(`${word} `);
    if (![...changed].some(isOurs)) continue;
    const nameOf = (property: string): string => prefix + property.slice(word.length + 1);
    const has = Object.keys(after).filter(isOurs);
    const stays = Object.keys(before).filter((property) => has.includes(property) && !changed.has(property));
    const firstMoved = has.findIndex((property, at) => property !== stays[at]);
    for (const property of firstMoved < 0 ? [] : has.slice(firstMoved))
      set.push(`${nameOf(property)}=${optionValue(after[property] ?? "")}`);
    reset.push(
      ...Object.keys(before)
        .filter((property) => isOurs(property) && after[property] === undefined)
        .map(nameOf),
    );
  }
  return [
    ...(set.length === 0 ? [] : [`${head} SET (${set.join(", ")})`]),
    ...(reset.length === 0 ? [] : [`${head} RESET (${reset.join(", ")})`]),
  ];
}

/** ` OPTIONS (ADD …, SET …, DROP …)`, or nothing. A secret cannot be written. */
export function foreignChanges(before: Facts, after: Facts, changed: ReadonlySet<string>): string {
  const prefix = "foreign option ";
  const list = [...changed].flatMap((property) => {
    if (!property.startsWith(prefix)) return [];
    const name = shortName(property.slice(prefix.length));
    const [was, is] = [before[property], after[property]];
    if (is === undefined) return [`DROP ${name}`];
    if (maskPattern.test(is)) return [];
    return [`${was === undefined ? "ADD" : "SET"} ${name} ${quoteLiteral(is)}`];
  });
  return list.length === 0 ? "" : ` OPTIONS (${list.join(", ")})`;
}

/** Entries of a list by what stands before a separator. */
export function entriesOf(text: string | undefined, separator: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const entry of text === undefined || text === "" ? [] : splitList(text)) {
    const at = entry.indexOf(separator);
    entries.set(
      (at < 0 ? entry : entry.slice(0, at)).trim(),
      at < 0 ? "" : entry.slice(at + separator.length).trim(),
    );
  }
  return entries;
}
