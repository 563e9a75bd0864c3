import type { SettingFact } from "../doctor/model.ts";
import { maskConnectionString } from "../postgres/conninfo.ts";
import { maskPasswords } from "../postgres/target.ts";
import { describeOrigin } from "../settings/model.ts";
import type { Settings } from "../settings/model.ts";
import { settingNames } from "../settings/resolve.ts";
import { settingsTable } from "../settings/table.ts";
import type { Setting, SettingName } from "../settings/table.ts";
import { duration, size } from "../settings/types.ts";

/** Every setting with its value and where it came from; passwords masked. */
export function listSettings({ values, origins }: Settings): SettingFact[] {
  return settingNames().map((name) => {
    const value = values[name] ?? null;
    return {
      key: settingsTable[name].key,
      value: typeof value === "string" ? shown(name, value) : value,
      ...unitOf(settingsTable[name].type),
      origin: describeOrigin(origins[name]),
    };
  });
}

function unitOf(type: Setting<unknown>["type"]): Pick<SettingFact, "unit"> {
  if (type === duration) return { unit: "ms" };
  return type === size ? { unit: "bytes" } : {};
}

function shown(name: SettingName, value: string): string {
  const { isSecret }: Setting<unknown> = settingsTable[name];
  return isSecret === true && value !== "embedded:" ? maskConnectionString(value) : maskPasswords(value);
}
