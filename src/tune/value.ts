/** Values of settings: as pg_settings has them (a number in a unit), and as people write them. */
import { exactSize } from "../kernel/size.ts";
import type { SettingFact } from "./model.ts";

type Typed = Pick<SettingFact, "unit" | "vartype" | "choices">;

const sizes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};
const times: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The bytes of one unit such as `8kB`; undefined where the unit is no size. */
export function unitBytes(unit: string | null): number | undefined {
  const match = /^(\d*)(B|kB|MB|GB|TB)$/.exec(unit ?? "");
  return match === null ? undefined : Number(match[1] === "" ? 1 : match[1]) * (sizes[match[2] ?? ""] ?? 1);
}

/** The milliseconds of one unit; undefined where the unit is no time. */
export function unitMs(unit: string | null): number | undefined {
  return times[unit ?? ""];
}

/** Bytes, milliseconds or a bare number: what rules reckon with. -1 stays -1, since it stands for something else. */
export function amountOf(setting: string, unit: string | null): number {
  const number = Number(setting);
  return number < 0 ? number : number * (unitBytes(unit) ?? unitMs(unit) ?? 1);
}

/** An amount as pg_settings would have it: whole units, rounded down, so that no budget is overdrawn. */
export function nativeOf(amount: number, { unit, vartype }: Pick<SettingFact, "unit" | "vartype">): string {
  if (amount < 0 || vartype === "real") return String(amount);
  return String(Math.floor(amount / (unitBytes(unit) ?? unitMs(unit) ?? 1)));
}

/** As people write it: `6GB`, `15min`, `on`; a number that stands for something else stays as it is. */
export function textOf(setting: string, unit: string | null): string {
  const number = Number(setting);
  if (unit === null || number < 0 || Number.isNaN(number)) return setting;
  const bytes = unitBytes(unit);
  if (bytes !== undefined) return number === 0 ? "0" : exactSize(number * bytes);
  const ms = unitMs(unit);
  if (ms === undefined || number === 0) return setting;
  const [word, length] = Object.entries(times).findLast(([, one]) =>
    Number.isInteger((number * ms) / one),
  ) ?? [unit, ms];
  return `${(number * ms) / length}${word}`;
}

/**
 * What pg_settings would say after SET to this text, as PostgreSQL reads it: units, `yes` for `on`. Undefined when the
 * text is no value of that type.
 */
export function parseValue(text: string, fact: Typed): string | undefined {
  const trimmed = text.trim();
  switch (fact.vartype) {
    case "bool":
      return parseBoolean(trimmed);
    case "enum":
      return parseChoice(trimmed, fact.choices ?? []);
    case "string":
      return text;
    case "integer":
    case "real":
      return parseNumber(trimmed, fact);
  }
}

function parseBoolean(text: string): string | undefined {
  if (text === "") return undefined;
  const word = text.toLowerCase();
  const isPrefix = (whole: string, least = 1): boolean => word.length >= least && whole.startsWith(word);
  if (word === "1" || isPrefix("true") || isPrefix("yes") || isPrefix("on", 2)) return "on";
  if (word === "0" || isPrefix("false") || isPrefix("no") || isPrefix("off", 2)) return "off";
  return undefined;
}

/** pg_settings hides some spellings of a choice, e.g. `true` for `on`. */
function parseChoice(text: string, choices: readonly string[]): string | undefined {
  const word = text.toLowerCase();
  const found = choices.find((choice) => choice.toLowerCase() === word);
  if (found !== undefined) return found;
  const boolean = parseBoolean(word);
  return boolean !== undefined && choices.includes(boolean) ? boolean : undefined;
}

function parseNumber(text: string, { unit, vartype }: Typed): string | undefined {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*([a-zA-Z]*)$/i.exec(text);
  if (match === null) return undefined;
  const number = Number(match[1]);
  const word = match[2] ?? "";
  let native = number;
  if (word !== "") {
    const table = unitBytes(unit) === undefined ? times : sizes;
    const own = unitBytes(unit) ?? unitMs(unit);
    const given = table[word];
    if (own === undefined || given === undefined) return undefined;
    native = (number * given) / own;
  }
  return String(vartype === "integer" ? Math.round(native) : native);
}

/** The server has put a number in place of -1, by what other settings say: those may be about to change. */
export function isReckoned({ bootValue, source }: Pick<SettingFact, "bootValue" | "source">): boolean {
  return bootValue === "-1" && (source === "default" || source === "override");
}

/** True when two texts of pg_settings are the same value: numbers by their amount. */
export function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  return one.trim() !== "" && other.trim() !== "" && Number(one) === Number(other);
}
