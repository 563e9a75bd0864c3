import { parseDuration } from "../kernel/duration.ts";
import { parseSize } from "../kernel/size.ts";

/** What a setting may be: how a text or a JSON value becomes a typed value, and how that is described. */
export interface SettingType<T> {
  /** Shown in help and errors, e.g. `a duration such as 5s or 2min`. */
  readonly expects: string;
  /** The value, or undefined when the input is not one. Text comes from flags and environment, JSON from the file. */
  parse(input: string | number | boolean): T | undefined;
  /** The JSON schema of the value in the settings file. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export const text: SettingType<string> = {
  expects: "a text",
  parse: (input) => (typeof input === "string" && input !== "" ? input : undefined),
  schema: { type: "string", minLength: 1 },
};

/** Kept in milliseconds. */
export const duration: SettingType<number> = {
  expects: "a duration such as 500ms, 5s or 2min (0 for none)",
  parse: (input) => (typeof input === "boolean" ? undefined : parseDuration(String(input))),
  schema: {
    type: ["string", "number"],
    pattern: "^(0|[0-9]+(\\.[0-9]+)?\\s*(ms|s|min|m|h|d))$",
    maximum: 0,
    minimum: 0,
  },
};

/** Kept in bytes. */
export const size: SettingType<number> = {
  expects: "a size such as 512kB or 10MB (0 for none)",
  parse: (input) => {
    if (typeof input === "boolean") return undefined;
    return String(input).trim() === "0" ? 0 : parseSize(String(input));
  },
  schema: {
    type: ["string", "number"],
    pattern: "^(0|[0-9]+(\\.[0-9]+)?\\s*(B|kB|MB|GB|TB))$",
    maximum: 0,
    minimum: 0,
  },
};

export const boolean: SettingType<boolean> = {
  expects: "true or false",
  parse: (input) => {
    if (typeof input !== "string") return typeof input === "boolean" ? input : undefined;
    if (["true", "on", "yes", "1"].includes(input.toLowerCase())) return true;
    return ["false", "off", "no", "0"].includes(input.toLowerCase()) ? false : undefined;
  },
  schema: { type: "boolean" },
};

export function integer(min: number, max: number): SettingType<number> {
  return {
    expects: `a whole number from ${min} to ${max}`,
    parse: (input) => {
      const value = typeof input === "string" && /^-?\d+$/.test(input.trim()) ? Number(input) : input;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined;
    },
    schema: { type: "integer", minimum: min, maximum: max },
  };
}

/** A path; relative ones are taken from where they were written: the settings file's folder, else the current one. */
export const path: SettingType<string> = { ...text, expects: "a path" };
