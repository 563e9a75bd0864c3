import { metricName, single } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import type { Collector } from "../model.ts";

interface SettingRow {
  readonly name: string;
  readonly setting: string;
  readonly unit: string | null;
  readonly vartype: string;
  readonly summary: string | null;
}

export const settings: Collector = {
  name: "settings",
  collect: async ({ query }) =>
    (await query<SettingRow>(loadSql(import.meta.url, "../sql/server-settings.sql"))).flatMap(
      (row) => settingFamily(row) ?? [],
    ),
};

const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60, h: 3600, d: 86_400 };
const bytes: Readonly<Record<string, number>> = { B: 1, kB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** A setting in seconds or bytes where it has such a unit. Undefined for one that is no number. */
export function settingFamily({ name, setting, unit, vartype, summary }: SettingRow): Family | undefined {
  const base = metricName(`pg_settings_${name}`);
  const help = `Server setting ${name}. ${summary ?? ""}`.trim();
  if (vartype === "bool") return single(base, "gauge", help, setting === "on" ? 1 : 0);
  // Aurora writes the unit into the value.
  const value = Number(setting.replace(/\s*(ms|s|min|h|d|B|[kMGT]B)$/, ""));
  if (setting === "" || Number.isNaN(value)) return undefined;
  if (unit === null || unit === "") return single(base, "gauge", help, value);
  const [, count = "", name1 = ""] = /^(\d*)([a-zA-Z]+)$/.exec(unit) ?? [];
  const factor = (seconds[name1] ?? bytes[name1] ?? Number.NaN) * (count === "" ? 1 : Number(count));
  if (Number.isNaN(factor)) return undefined;
  const suffix = name1 in seconds ? "seconds" : "bytes";
  // -1 has a meaning of its own.
  const converted = value === -1 ? -1 : name1 === "ms" ? value / 1000 : value * factor;
  return single(`${base}_${suffix}`, "gauge", help, converted);
}
