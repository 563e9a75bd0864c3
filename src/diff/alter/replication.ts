/** Publications and subscriptions. */
import { splitList } from "../../catalog/expressions.ts";
import { shortName } from "../../catalog/names.ts";
import { maskPattern } from "../../catalog/options.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { say } from "../say.ts";
import type { Alter } from "./model.ts";

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
