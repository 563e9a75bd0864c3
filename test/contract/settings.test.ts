/** Flag > environment > .env > settings file > default: shown by `doctor`, for every setting that there is. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { longName } from "../../src/cli/flags.ts";
import { settingNames } from "../../src/settings/resolve.ts";
import { settingsTable } from "../../src/settings/table.ts";
import type { Setting, SettingName } from "../../src/settings/table.ts";
import { at, call, emptyFolder, parse } from "./support/call.ts";

// Which programs there are is another test's affair, and looking costs more than all the rest.
vi.mock("../../src/doctor/read-programs.ts", () => ({ readPrograms: async () => [] }));

interface Shown {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

/** Five values that a setting can hold, no two alike and none the default. */
function samples(setting: Setting<unknown>): readonly string[] {
  const candidates = [
    ["11ms", "12ms", "13ms", "14ms", "16ms"],
    ["14", "15", "16", "17", "18"],
    ["11MB", "12MB", "13MB", "14MB", "15MB"],
    ["false", "no", "off", "0", "false"],
    ["a", "b", "c", "d", "e"],
    ...(/^one of (.+)$/.exec(setting.type.expects)?.[1] ?? "")
      .split(", ")
      .map((word) => [word, word, word, word, word]),
  ];
  const fitting = candidates.find((words) => words.every((word) => setting.type.parse(word) !== undefined));
  if (fitting === undefined)
    throw new Error(`no samples for ${setting.key}: teach this test the type "${setting.type.expects}"`);
  return fitting;
}

const names = settingNames();

/** What each setting is given at each level, weakest level first. */
const given = new Map(names.map((name) => [name, samplesOf(name)] as const));

function samplesOf(name: SettingName): readonly string[] {
  // Addresses must be readable ones; the others take any sample.
  const setting: Setting<unknown> = settingsTable[name];
  const scheme = /(\w+):\/\//.exec(setting.summary)?.[1] ?? "postgresql";
  return samples(setting).map((sample) =>
    setting.isSecret === true ? `${scheme}://${sample}@127.0.0.1:1/x` : sample,
  );
}

describe("every setting", () => {
  const sample = (name: SettingName, level: number): string => given.get(name)?.[level] ?? "";
  const variables = (
    pick: (env: readonly string[]) => string | undefined,
    level: number,
  ): Record<string, string> =>
    Object.fromEntries(names.map((name) => [pick(settingsTable[name].env) ?? name, sample(name, level)]));
  const expected = (level: number, origin: (name: SettingName) => string, cwd: string): Shown[] =>
    names.map((name) => {
      const setting: Setting<unknown> = settingsTable[name];
      const text = sample(name, level);
      return {
        key: setting.key,
        value: setting.isPath === true ? join(cwd, text) : setting.type.parse(text),
        origin: origin(name),
      };
    });
  const weakest = (env: readonly string[]): string | undefined => env.at(-1);
  const strongest = (env: readonly string[]): string | undefined => env[0];
  const asLines = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");

  test("is the default when nobody says", async () => {
    const cwd = emptyFolder();
    const defaults = names.map((name): Shown => {
      const { key, default: value, isPath }: Setting<unknown> = settingsTable[name];
      const isGiven = isPath === true && value !== undefined;
      return { key, value: isGiven ? join(cwd, String(value)) : (value ?? null), origin: "default" };
    });
    expect(await allShown(cwd)).toEqual(defaults);
  });

  test("comes from the settings file, else .env, else the environment, else its flag", async () => {
    const cwd = emptyFolder();
    const file = join(cwd, "veza-db.config.json");
    const envFile = join(cwd, ".env");
    write(
      cwd,
      "veza-db.config.json",
      JSON.stringify(
        merged(
          names.map((name) => nested(settingsTable[name].key, json(settingsTable[name], sample(name, 0)))),
        ),
      ),
    );
    expect(await allShown(cwd)).toEqual(expected(0, () => file, cwd));

    const inFile = variables(weakest, 1);
    write(cwd, ".env", asLines(inFile));
    expect(await allShown(cwd)).toEqual(
      expected(1, (name) => `${envFile} ${weakest(settingsTable[name].env) ?? ""}`, cwd),
    );

    const around = variables(weakest, 2);
    expect(await allShown(cwd, around)).toEqual(
      expected(2, (name) => `environment ${weakest(settingsTable[name].env) ?? ""}`, cwd),
    );

    // A variable that is set to nothing says nothing.
    const nothing = Object.fromEntries(Object.keys(around).map((name) => [name, ""]));
    expect(await allShown(cwd, nothing)).toEqual(
      expected(1, (name) => `${envFile} ${weakest(settingsTable[name].env) ?? ""}`, cwd),
    );

    const flags = (await doctorFlags()).map(
      (name) => [name, longName(settingsTable[name].flag ?? "")] as const,
    );
    const shown = await allShown(
      cwd,
      around,
      flags.flatMap(([name, flag]) => [flag, sample(name, 4)]),
    );
    for (const [name, flag] of flags) {
      expect(shown).toContainEqual(expected(4, () => `flag ${flag}`, cwd)[names.indexOf(name)]);
    }
  });

  test("of two variables takes the stronger one, wherever it stands", async () => {
    const cwd = emptyFolder();
    write(cwd, ".env", asLines(variables(strongest, 3)));
    const twofold = names.filter((name) => settingsTable[name].env.length > 1);
    const shown = await allShown(cwd, variables(weakest, 2));
    for (const name of twofold) {
      expect(shown).toContainEqual(
        expected(3, () => `${join(cwd, ".env")} ${strongest(settingsTable[name].env) ?? ""}`, cwd)[
          names.indexOf(name)
        ],
      );
    }
    expect(twofold).toContain("url");
  });

  test.each(names.filter((name) => settingsTable[name].type.parse("no such value") === undefined))(
    "is refused by name when it is none: %s",
    async (name) => {
      for (const variable of settingsTable[name].env) {
        const { code, stdout, stderr } = await call(["doctor"], { env: { [variable]: "no such value" } });
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(variable);
      }
    },
  );
});

describe("the settings file", () => {
  test("is found from a folder below, and its paths start where it lies", async () => {
    const cwd = emptyFolder();
    write(cwd, "veza-db.config.json", '{"migrations": {"dir": "db/steps"}}');
    write(cwd, "deep/down/here.txt", "");
    const { value } = await shown("migrations.dir", join(cwd, "deep", "down"), {}, []);
    expect(value).toBe(join(cwd, "db/steps"));
  });

  test("is the one that --config names", async () => {
    const cwd = emptyFolder();
    write(cwd, "veza-db.config.json", '{"migrations": {"table": "here"}}');
    write(cwd, "other/settings.json", '\uFEFF{"migrations": {"table": "there"}}');
    expect(await shown("migrations.table", cwd, {}, ["--config", "other/settings.json"])).toMatchObject({
      value: "there",
    });
  });

  test.each([
    ["an unknown key", '{"migrations": {"tabel": "x"}}', "did you mean migrations.table?"],
    ["an unknown group", '{"migration": {"table": "x"}}', "unknown key migration.table"],
    ["a wrong type", '{"migrations": {"lockRetries": "many"}}', "migrations.lockRetries"],
    ["a list", "[]", "does not hold a JSON object"],
    ["no JSON", "{,}", "cannot be read"],
    ["a list where a text goes", '{"migrations": {"table": ["x"]}}', "migrations.table"],
    ["an object where a text goes", '{"migrations": {"table": {"x": 1}}}', "migrations.table.x"],
  ])("%s is refused with 2", async (_name, content, words) => {
    const cwd = emptyFolder();
    write(cwd, "veza-db.config.json", content);
    const { code, stdout, stderr } = await call(["doctor"], { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).toContain(join(cwd, "veza-db.config.json"));
  });

  test("with several faults names them all at once", async () => {
    const cwd = emptyFolder();
    write(
      cwd,
      "veza-db.config.json",
      '{"migrations": {"lockRetries": "many", "lockWait": "soon"}, "dev": {"pgVersion": 9}}',
    );
    const { stderr } = await call(["doctor", "--json"], { cwd });
    expect(at(parse(stderr), "error", "problems")).toHaveLength(3);
  });
});

describe(".env", () => {
  test("is the one that --env-file names, and only that", async () => {
    const cwd = emptyFolder();
    write(cwd, ".env", "VEZA_DB_MIGRATIONS_TABLE=here\nVEZA_DB_MIGRATIONS_SCHEMA=here\n");
    write(cwd, "ci.env", "export VEZA_DB_MIGRATIONS_TABLE='there'\n");
    expect(await shown("migrations.table", cwd, {}, ["--env-file", "ci.env"])).toMatchObject({
      value: "there",
    });
    expect(await shown("migrations.schema", cwd, {}, ["--env-file", "ci.env"])).toMatchObject({
      origin: "default",
    });
  });

  test("gives libpq's variables too, under the process's own", async () => {
    const cwd = emptyFolder();
    write(cwd, ".env", "PGHOST=127.0.0.1\nPGPORT=1\nPGUSER=from-env-file\n");
    const place = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
      const { stdout } = await call(["doctor", "--json"], { cwd, env });
      const findings = at(parse(stdout), "data", "findings");
      return Array.isArray(findings)
        ? at(
            findings.find((finding) => at(finding, "check") === "connection"),
            "message",
          )
        : undefined;
    };
    expect(await place({})).toContain("from-env-file@127.0.0.1:1/");
    expect(await place({ PGUSER: "from-environment" })).toContain("from-environment@127.0.0.1:1/");
  });
});

async function allShown(
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Shown[]> {
  const { stdout, stderr } = await call(["doctor", "--json", ...flags], { cwd, env });
  const settings = stdout === "" ? undefined : at(parse(stdout), "data", "settings");
  if (!Array.isArray(settings)) throw new Error(`doctor shows no settings: ${stderr}`);
  return settings.map((setting) => ({
    key: String(at(setting, "key")),
    value: at(setting, "value"),
    origin: String(at(setting, "origin")),
  }));
}

async function shown(
  key: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[],
): Promise<Shown> {
  const found = (await allShown(cwd, env, flags)).find((setting) => setting.key === key);
  if (found === undefined) throw new Error(`doctor does not show ${key}`);
  return found;
}

/** The settings that doctor takes as flags. */
async function doctorFlags(): Promise<SettingName[]> {
  const { command } = await import("../../src/cli/commands/doctor.ts");
  return ["url", "directUrl", ...(command.settingFlags ?? [])];
}

/** A value as a settings file holds it: numbers and booleans as such. */
function json(setting: Setting<unknown>, text: string): unknown {
  const value = setting.type.parse(text);
  return typeof value === "boolean" || (typeof value === "number" && /^\d+$/.test(text)) ? value : text;
}

function nested(key: string, value: unknown): unknown {
  return key.split(".").reduceRight((inner: unknown, part) => ({ [part]: inner }), value);
}

/** Objects laid over each other, level by level. */
function merged(values: readonly unknown[]): unknown {
  return values.reduce<Record<string, unknown>>((whole, value) => {
    for (const [key, inner] of Object.entries(Object(value))) {
      const before = whole[key];
      whole[key] = typeof before === "object" && typeof inner === "object" ? merged([before, inner]) : inner;
    }
    return whole;
  }, {});
}

function write(cwd: string, name: string, content: string): void {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  writeFileSync(join(cwd, name), content);
}
