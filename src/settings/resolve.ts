import { dirname, resolve } from "node:path";
import { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import type { Origin, Settings } from "./model.ts";
import { readEnvFile, readSettingsFile } from "./sources.ts";
import type { EnvFile, SettingsFile } from "./sources.ts";
import { settingsTable } from "./table.ts";
import type { Setting, SettingName, SettingsValues } from "./table.ts";

export interface SettingsInput {
  /** Values given as flags, by setting name. */
  readonly flags: Readonly<Partial<Record<SettingName, string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly configPath?: string | undefined;
  readonly envPath?: string | undefined;
}

interface Found {
  readonly raw: string | number | boolean;
  readonly origin: Origin;
  readonly base: string;
}

/**
 * Turns flags, environment, .env and settings file into the settings of this run, once. All problems are gathered
 * into one error (ending `usage`).
 */
export async function resolveSettings(input: SettingsInput): Promise<Settings> {
  const file = readSettingsFile(input.cwd, input.configPath);
  const projectDir = file === undefined ? input.cwd : dirname(file.path);
  const envFile = await readEnvFile(projectDir, input.cwd, input.envPath);
  const problems: string[] = file === undefined ? [] : unknownKeys(file);
  const values: Record<string, unknown> = {};
  const origins: Partial<Record<SettingName, Origin>> = {};
  for (const name of settingNames()) {
    const setting: Setting<unknown> = settingsTable[name];
    const found = findValue(name, setting, input, envFile, file);
    const value = found === undefined ? setting.default : setting.type.parse(found.raw);
    origins[name] = found?.origin ?? { kind: "default" };
    if (found !== undefined && value === undefined) {
      const shown = setting.isSecret === true ? "its value" : JSON.stringify(found.raw);
      problems.push(`${nameAt(setting, found.origin)}: ${shown} is not ${setting.type.expects}`);
    }
    const isRelative = setting.isPath === true && typeof value === "string";
    values[name] = isRelative ? resolve(found?.base ?? projectDir, value) : value;
  }
  if (problems.length > 0) throw settingsError(problems);
  return {
    // oxlint-disable typescript/no-unsafe-type-assertion -- the loop above has filled in every name of the table
    values: values as SettingsValues,
    origins: origins as Readonly<Record<SettingName, Origin>>,
    // oxlint-enable typescript/no-unsafe-type-assertion
    projectDir,
    settingsFile: file?.path,
    envFile: envFile?.path,
    env: { ...envFile?.variables, ...input.env },
  };
}

export function settingNames(): SettingName[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
  return Object.keys(settingsTable) as SettingName[];
}

function findValue(
  name: SettingName,
  setting: Setting<unknown>,
  input: SettingsInput,
  envFile: EnvFile | undefined,
  file: SettingsFile | undefined,
): Found | undefined {
  const flag = input.flags[name];
  if (flag !== undefined) {
    return { raw: flag, origin: { kind: "flag", name: flagName(setting) }, base: input.cwd };
  }
  for (const variable of setting.env) {
    const given = input.env[variable];
    if (given !== undefined && given !== "") {
      return { raw: given, origin: { kind: "environment", name: variable }, base: input.cwd };
    }
    const written = envFile?.variables[variable];
    if (envFile !== undefined && written !== undefined && written !== "") {
      return {
        raw: written,
        origin: { kind: "env-file", name: variable, file: envFile.path },
        base: dirname(envFile.path),
      };
    }
  }
  if (file === undefined) return undefined;
  const raw = valueAt(file.content, setting.key);
  if (raw === undefined) return undefined;
  const isPlain = typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean";
  return {
    raw: isPlain ? raw : "",
    origin: { kind: "settings-file", file: file.path },
    base: dirname(file.path),
  };
}

function flagName(setting: Setting<unknown>): string {
  return setting.flag?.split(" ")[0] ?? setting.key;
}

function nameAt(setting: Setting<unknown>, origin: Origin): string {
  if (origin.kind === "settings-file") return `${origin.file}: ${setting.key}`;
  return origin.kind === "default"
    ? setting.key
    : origin.kind === "env-file"
      ? `${origin.file}: ${origin.name}`
      : origin.name;
}

function valueAt(content: Readonly<Record<string, unknown>>, key: string): unknown {
  let value: unknown = content;
  for (const part of key.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === part)?.[1];
  }
  return value;
}

function unknownKeys(file: SettingsFile): string[] {
  const known = settingNames().map((name) => settingsTable[name].key);
  return leafKeys(file.content, "")
    .filter((key) => key !== "$schema" && !known.includes(key))
    .map((key) => {
      const near = suggest(key, known, 1)[0];
      return `${file.path}: unknown key ${key}${near === undefined ? "" : ` (did you mean ${near}?)`}`;
    });
}

function leafKeys(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? leafKeys(inner, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

function settingsError(problems: readonly string[]): VezaError {
  const [first = "", ...rest] = problems;
  return new VezaError({
    code: "settings.invalid",
    ending: "usage",
    message:
      problems.length === 1 ? `A setting is wrong: ${first}.` : `${problems.length} settings are wrong.`,
    detail: rest.length === 0 ? undefined : problems.join("\n"),
    hint: "Mend each where it is named, or leave it out to have the default.",
    facts: { problems },
  });
}
