/** What is altered by one property or two. */
import { shortName } from "../../catalog/names.ts";
import { renderSetting, states } from "../../schema/render/relation.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { say } from "../say.ts";
import type { Alter } from "./model.ts";

export const alterExtension: Alter = (before, after, changed) => [
  ...(changed.has("schema")
    ? [say(`ALTER EXTENSION ${after.name} SET SCHEMA ${shortName(after.facts["schema"] ?? "public")}`)]
    : []),
  ...(changed.has("version") && before.facts["version"] !== undefined
    ? [say(`ALTER EXTENSION ${after.name} UPDATE TO ${quoteLiteral(after.facts["version"] ?? "")}`)]
    : []),
];

export const alterSetting: Alter = (_, after) => renderSetting(after).map((sql) => say(sql));

export const alterStatistics: Alter = (_, after, changed) =>
  changed.has("target")
    ? [say(`ALTER STATISTICS ${after.name} SET STATISTICS ${after.facts["target"] ?? "-1"}`)]
    : [];

export const alterEventTrigger: Alter = (_, after, changed) =>
  changed.has("enabled")
    ? [say(`ALTER EVENT TRIGGER ${after.name} ${states[after.facts["enabled"] ?? "origin"] ?? "ENABLE"}`)]
    : [];
