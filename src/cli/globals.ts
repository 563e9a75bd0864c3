import type { SettingName } from "../settings/table.ts";

/** The flags that every command takes, before it or after it. */
export interface GlobalFlag {
  readonly flags: string;
  readonly summary: string;
  readonly setting?: SettingName;
}

export const globalFlags = [
  {
    flags: "--url <dsn>",
    summary: "the database: postgresql://user@host:port/database, or embedded:",
    setting: "url",
  },
  { flags: "--direct-url <dsn>", summary: "the server behind a pooler", setting: "directUrl" },
  { flags: "--embedded", summary: "use the tool's own PostgreSQL under .veza/, starting it if need be" },
  { flags: "--env-file <path>", summary: "read environment variables from this file instead of .env" },
  { flags: "--config <path>", summary: "read settings from this file instead of veza-db.config.json" },
  { flags: "--json", summary: "print one JSON document (the same as -o json)" },
  { flags: "-o, --output <form>", summary: "the form of the result" },
  { flags: "--file <path>", summary: "write the result to this file instead of stdout" },
  { flags: "-q, --quiet", summary: "no progress, no result text: only warnings and errors" },
  { flags: "--verbose", summary: "say more; with the stack where something is a bug" },
  { flags: "--echo", summary: "print every SQL text sent, on stderr" },
  { flags: "--yes", summary: "answer yes to questions" },
  { flags: "--no-input", summary: "never ask; behave as without a terminal" },
  { flags: "--no-color", summary: "no colours" },
  { flags: "--version", summary: "print the version" },
  { flags: "--help", summary: "print this help" },
] as const satisfies readonly GlobalFlag[];

/** The global flags of one run, as parsed. */
export interface GlobalValues {
  readonly url?: string;
  readonly directUrl?: string;
  readonly embedded?: boolean;
  readonly envFile?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly output?: string;
  readonly file?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly echo?: boolean;
  readonly yes?: boolean;
  /** False under --no-input. */
  readonly input?: boolean;
  /** False under --no-color. */
  readonly color?: boolean;
}
