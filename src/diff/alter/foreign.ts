/** What foreign data is reached by. */
import { quoteLiteral } from "../../sql/quote.ts";
import { say } from "../say.ts";
import type { Alter } from "./model.ts";
import { foreignChanges } from "./trimmings.ts";

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
