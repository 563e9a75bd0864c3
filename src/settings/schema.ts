import { exactSize } from "../kernel/size.ts";
import { settingNames } from "./resolve.ts";
import { settingsTable } from "./table.ts";
import type { Setting } from "./table.ts";
import { duration, size } from "./types.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The JSON schema of the settings file, made from the one table of settings. */
export function settingsSchema(): Schema {
  const groups = new Map<string, Record<string, Schema>>();
  for (const name of settingNames()) {
    const setting: Setting<unknown> = settingsTable[name];
    const [group = "", key = ""] = setting.key.split(".");
    const properties = groups.get(group) ?? {};
    properties[key] = describe(setting);
    groups.set(group, properties);
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of veza-db (veza-db.config.json)",
    description:
      "Precedence: flag > environment > .env > this file > default. veza-db doctor shows each value and where it came from.",
    ...closed({
      $schema: { type: "string", description: "this schema, for editors" },
      ...Object.fromEntries([...groups].map(([group, properties]) => [group, closed(properties)])),
    }),
  };
}

function describe({ type, summary, env, flag, default: value }: Setting<unknown>): Schema {
  const also = [...(flag === undefined ? [] : [flag]), ...env];
  return {
    description: also.length === 0 ? summary : `${summary} (also ${also.join(", ")})`,
    ...type.schema,
    ...(value === undefined ? {} : { default: written(type, value) }),
  };
}

/** As a settings file has it. */
function written(type: Setting<unknown>["type"], value: unknown): unknown {
  if (typeof value !== "number") return value;
  if (type === duration) return durationText(value);
  return type === size && value !== 0 ? exactSize(value) : value;
}

/** A number of milliseconds as a settings file writes it. */
function durationText(ms: number): string | 0 {
  if (ms === 0) return 0;
  if (ms % 60_000 === 0) return `${ms / 60_000}min`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** An object with these keys and no others. */
function closed(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: "object", additionalProperties: false, properties };
}
