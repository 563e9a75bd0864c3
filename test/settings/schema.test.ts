/** The published schema of the settings file is what the table of settings says, and agrees with what is accepted. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { settingNames } from "../../src/settings/resolve.ts";
import { settingsSchema } from "../../src/settings/schema.ts";
import { settingsTable } from "../../src/settings/table.ts";
import type { Setting } from "../../src/settings/table.ts";
import { at } from "../contract/support/call.ts";

const file = fileURLToPath(new URL("../../schemas/config.schema.json", import.meta.url));

test("schemas/config.schema.json is up to date (npm run build && node scripts/schema.js)", () => {
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(settingsSchema());
});

test("every setting stands in it, under its key", () => {
  for (const name of settingNames()) expect(settingOf(settingsTable[name].key), name).toBeDefined();
});

test("every setting stands in docs/settings.md, with its flag and its variables", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/settings.md", import.meta.url)), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  for (const name of settingNames()) {
    const setting: Setting<unknown> = settingsTable[name];
    const row = rows.find((line) => line.includes(`\`${setting.key}\``)) ?? "";
    const flag = setting.flag?.split(" ")[0];
    for (const word of [setting.key, ...setting.env, ...(flag === undefined ? [] : [flag])])
      expect(row, `${setting.key}: ${word}`).toContain(`\`${word}\``);
  }
});

test("every key has a group and a name", () => {
  for (const name of settingNames())
    expect(settingsTable[name].key).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
});

test("what a setting is by default is a value that its schema and its type allow", () => {
  for (const name of settingNames()) {
    const setting: Setting<unknown> = settingsTable[name];
    const schema = settingOf(setting.key);
    const value = at(schema, "default");
    expect(value === undefined, name).toBe(setting.default === undefined);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
    expect(setting.type.parse(value), name).toEqual(setting.default);
    expect(allows(schema, value), name).toBe(true);
  }
});

describe("what the schema allows is what is accepted", () => {
  const values = [
    0,
    1,
    15,
    16.5,
    -1,
    500,
    5000,
    "0",
    "1",
    "5s",
    "500ms",
    "2 min",
    "1.5h",
    "7d",
    "soon",
    "-5s",
    "true",
    "text",
    true,
    false,
    "",
  ];
  test.each(settingNames())("%s", (name) => {
    const setting: Setting<unknown> = settingsTable[name];
    for (const value of values) {
      // Texts stand for numbers and booleans in the environment; in the file people should write the thing itself.
      const isLoose =
        typeof value === "string" &&
        typeof setting.default !== "string" &&
        !/duration/.test(setting.type.expects) &&
        setting.type.parse(value) !== undefined;
      if (isLoose && allows(settingOf(setting.key), value) === false) continue;
      expect({ value, ok: allows(settingOf(setting.key), value) }).toEqual({
        value,
        ok: setting.type.parse(value) !== undefined,
      });
    }
  });
});

function settingOf(key: string): unknown {
  const [group = "", name = ""] = key.split(".");
  return at(settingsSchema(), "properties", group, "properties", name);
}

/** As much of JSON Schema as the settings use. */
function allows(schema: unknown, value: string | number | boolean): boolean {
  const types = [at(schema, "type")].flat();
  const choices = at(schema, "enum");
  if (Array.isArray(choices)) return choices.includes(value);
  const type =
    typeof value === "number" && Number.isInteger(value) && types.includes("integer")
      ? "integer"
      : typeof value;
  if (!types.includes(type)) return false;
  if (typeof value === "string") {
    const pattern = at(schema, "pattern");
    return (
      value.length >= Number(at(schema, "minLength") ?? 0) &&
      (pattern === undefined || new RegExp(String(pattern)).test(value))
    );
  }
  return (
    typeof value !== "number" ||
    (value >= Number(at(schema, "minimum") ?? -Infinity) &&
      value <= Number(at(schema, "maximum") ?? Infinity))
  );
}
