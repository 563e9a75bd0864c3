import type { SettingName, SettingsValues } from "./table.ts";

/** Where a value came from. */
export type Origin =
  | { readonly kind: "flag"; readonly name: string }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "env-file"; readonly name: string; readonly file: string }
  | { readonly kind: "settings-file"; readonly file: string }
  | { readonly kind: "default" };

/** The settings of one run, each with its origin. */
export interface Settings {
  readonly values: SettingsValues;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /** The folder of the settings file, else the current folder: paths of the project start here. */
  readonly projectDir: string;
  readonly settingsFile: string | undefined;
  readonly envFile: string | undefined;
  /** The process's environment on top of the .env file. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An origin in words. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "flag":
      return `flag ${origin.name}`;
    case "environment":
      return `environment ${origin.name}`;
    case "env-file":
      return `${origin.file} ${origin.name}`;
    case "settings-file":
      return origin.file;
    case "default":
      return "default";
  }
}
