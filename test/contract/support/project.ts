/** A project for commands to stand in, and what each of them has to be given there. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { call, emptyFolder } from "./call.ts";
import { subjects } from "./commands.ts";
import type { Subject } from "./commands.ts";

/** What works without a database; everything else must say how to name one. A new command is taken to need one. */
export const withoutDatabase = [
  "init",
  "doctor",
  "completion",
  "migrate new",
  "dev up",
  "dev down",
  "dev status",
  "dev url",
  "dev reset",
  "stats redis",
  "stats diff",
  "query list",
  "query show",
  "backup list",
  "backup verify",
  "backup prune",
  "diff",
];

export const databaseSubjects = subjects.filter(({ name }) => !withoutDatabase.includes(name));

/** As init lays it; what fails, or only looks, leaves it as it is. */
const folder = emptyFolder();
await call(["init", "--ci", "none"], { cwd: folder });
mkdirSync(join(folder, "queries", "notes"));
writeFileSync(
  join(folder, "queries", "notes", "newest.sql"),
  "-- The newest note.\nSELECT id, title FROM notes ORDER BY created_at DESC LIMIT 1;\n",
);
mkdirSync(join(folder, "partitions"), { recursive: true });
writeFileSync(
  join(folder, "partitions", "notes.json"),
  JSON.stringify({ table: "notes", column: "created_at", interval: "month" }),
);

export function project(): string {
  return folder;
}

/** Arguments and flags with which a call is whole: an id or a query of the project where one is asked for, else any word. */
export function argsOf({ path, command, args, flags }: Subject): string[] {
  const words = (command.args ?? [])
    .filter(({ name }) => name.startsWith("<"))
    .map(({ name }, index) => {
      if (name === "<id>") return firstId();
      return path[0] === "query" ? "notes.newest" : (args[index] ?? "x");
    });
  return [...words, ...flags];
}

function firstId(): string {
  return (readdirSync(join(folder, "migrations"))[0] ?? "").slice(0, 14);
}
