import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VezaError, usageError } from "../kernel/error.ts";
import { readHistory, readHistoryRows, readStoredTexts } from "../migrate/history.ts";
import type { Db } from "../postgres/connect.ts";
import { namesDatabase } from "../postgres/resolve-target.ts";
import { flagOf } from "../query/bind.ts";
import type { GivenValues } from "../query/bind.ts";
import type { AppliedText } from "../query/blame.ts";
import type { Query, QueryParameter } from "../query/model.ts";
import { listQueries, readQuery, unknownQuery } from "../query/read-folder.ts";
import type { QueryFolder } from "../query/read-folder.ts";
import { valueTypeOf } from "../query/value-types.ts";
import type { Settings } from "../settings/model.ts";
import type { Context, DynamicCall } from "./command.ts";
import { flag } from "./flags.ts";
import type { Flag, FlagTable } from "./flags.ts";
import { historyNames } from "./migrations.ts";

/** The project's folder of queries, listed. */
export function openQueries(settings: Settings): QueryFolder {
  return listQueries(queriesDir(settings), settings.projectDir);
}

/**
 * Where veza-db was just installed into an empty folder, the Veza platform's own queries, which come with the package,
 * stand in: they go with the migrations that stand in likewise.
 */
function queriesDir(settings: Settings): string {
  const { queriesDir: dir } = settings.values;
  const isDefault = settings.origins.queriesDir.kind === "default" && settings.settingsFile === undefined;
  const isFresh =
    isDefault && !existsSync(dir) && existsSync(join(settings.projectDir, "node_modules", "veza-db"));
  return isFresh ? fileURLToPath(new URL("../../queries", import.meta.url)) : dir;
}

/** Flags of every command that runs a query. */
export const queryRunFlags = {
  param: flag.texts("--param <name=value>", "a parameter by its name, where its own flag will not do"),
  timeout: flag.duration("--timeout <duration>", "cancel the query after this time, e.g. 5s"),
};

/** Keys of the flags that parameters are, so that they cannot be taken for a command's own. */
const keyPrefix = ":";

/** Each parameter of the named query as a flag. */
export function parameterFlags({ words, settings }: DynamicCall): FlagTable {
  const folder = openQueries(settings);
  const name = words.find((word) => folder.files.some((file) => file.name === word));
  if (name === undefined) throw unknownQuery(folder, words[0] ?? "");
  const { parameters } = readQuery(folder, name);
  return Object.fromEntries(
    parameters
      .filter(isFlagName)
      .map((parameter) => [`${keyPrefix}${parameter.name}`, parameterFlag(parameter)]),
  );
}

/** A name that can be a flag as it stands: the others are given by --param. */
function isFlagName({ name }: QueryParameter): boolean {
  const taken = [
    "url",
    "direct_url",
    "embedded",
    "env_file",
    "config",
    "json",
    "output",
    "file",
    "quiet",
    "verbose",
    "echo",
  ];
  const own = [
    "yes",
    "version",
    "help",
    "param",
    "timeout",
    "dir",
    "write",
    "analyze",
    "generic",
    "runs",
    "wait",
    "h",
    "o",
    "q",
  ];
  return (
    /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name) &&
    !name.startsWith("no_") &&
    ![...taken, ...own].includes(name)
  );
}

function parameterFlag(parameter: QueryParameter): Flag<string | undefined> {
  const { name, type, summary, fallback } = parameter;
  const left = fallback === undefined ? ["required"] : fallback === null ? ["may be left out"] : [];
  return {
    flags: `${flagOf(name)} <${type.replaceAll(" ", "-")}>`,
    summary: [summary, ...left].filter((part) => part !== "").join("; "),
    ...(typeof fallback === "string" ? { shownDefault: fallback } : {}),
    fallback: undefined,
    // Judged when it is bound, as a value that comes by --param is.
    parse: (text) => text,
    expects: valueTypeOf(type, parameter).expects,
    isSwitch: false,
    isRepeatable: false,
  };
}

/** What a call gives for the parameters of its query, by flags and by --param. */
export function givenValues(
  flags: Readonly<Record<string, unknown>>,
  params: readonly string[],
): GivenValues {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(flags)) {
    if (key.startsWith(keyPrefix) && typeof value === "string") given[key.slice(keyPrefix.length)] = value;
  }
  for (const pair of params) {
    const equals = pair.indexOf("=");
    if (equals < 1) {
      throw usageError(
        "cli.bad-value",
        `--param takes name=value, not ${JSON.stringify(pair)}.`,
        "e.g. --param user_id=7",
      );
    }
    given[pair.slice(0, equals).replaceAll("-", "_")] = pair.slice(equals + 1);
  }
  return given;
}

/** The query that a call names, with what it gives for its parameters. */
export function openCall(
  context: Pick<Context, "args" | "settings" | "flags">,
  params: readonly string[],
): { readonly query: Query; readonly given: GivenValues } {
  const query = readQuery(openQueries(context.settings), context.args[0] ?? "");
  return { query, given: givenValues(context.flags, params) };
}

/** True when a database is named, by whatever way: what needs one only for more detail asks this first. */
export function namesDatabaseSomehow({
  settings,
  isEmbedded,
}: Pick<Context, "settings" | "isEmbedded">): boolean {
  return isEmbedded || settings.values.url !== undefined || namesDatabase(settings.env);
}

/** The texts of the migrations that were applied, in the order in which they were; none where there is no history. */
export async function readAppliedTexts(db: Db, context: Pick<Context, "settings">): Promise<AppliedText[]> {
  const names = historyNames(context);
  try {
    const { exists } = await readHistory(db, names);
    if (!exists) return [];
    const rows = await readHistoryRows(db, names);
    const texts = await readStoredTexts(
      db,
      names,
      rows.map(({ id }) => id),
    );
    return rows.flatMap(({ id, name }) =>
      texts.filter((text) => text.id === id).map(({ sqlContent }) => ({ id, name, sql: sqlContent })),
    );
  } catch (error) {
    // Without the history a broken query is still a broken query.
    if (error instanceof VezaError) return [];
    throw error;
  }
}
