import { basename, dirname, resolve } from "node:path";
import { readCatalog } from "../../../catalog/read.ts";
import { VezaError, usageError } from "../../../kernel/error.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { dumpSchema } from "../../../schema/dump.ts";
import { schemaFiles } from "../../../schema/files.ts";
import type { SchemaFile } from "../../../schema/files.ts";
import { compareFiles, writeFiles } from "../../../schema/keep.ts";
import type { FileDifference } from "../../../schema/keep.ts";
import { printable } from "../../../ui/printable.ts";
import { sql, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames } from "../../migrations.ts";
import { ownTables } from "../../../schema/own-tables.ts";

interface DumpData {
  readonly database: string;
  readonly server: string;
  readonly objects: number;
  /** Where it was written, or what it was compared with; null when the SQL is the result. */
  readonly path: string | null;
  readonly equal: boolean | null;
  readonly differences: readonly FileDifference[];
  readonly sql: string | null;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Writes the schema as SQL that psql loads into an empty database: ordered by dependency, then by name, the same bytes every time.",
    "The tool's own tables and what belongs to extensions are left out. Owners are written where they are not the database's.",
  ].join("\n"),
  args: [
    { name: "[path]", summary: "the file to write or to compare with; without it the SQL goes to stdout" },
  ],
  flags: {
    dir: flag.text(
      "--dir <folder>",
      "one file an object in this folder, and schema.sql, which loads them in order",
    ),
    check: flag.switch(
      "--check",
      "write nothing; exit 1 when the file or folder is not what the database says",
    ),
  },
  examples: [
    { command: "veza-db schema dump schema.sql", summary: "keep the schema in git" },
    { command: "veza-db schema dump schema.sql --check", summary: "in CI: exit 1 when it is stale" },
    {
      command: "veza-db schema dump --check --file schema.sql",
      summary: "the same, by the flag that writes it",
    },
    { command: "veza-db schema dump --dir schema", summary: "one file an object" },
  ],
  exits: [1, 3],
  async run(context) {
    const { dir, check } = context.flags;
    // Under --check the global --file names what to compare with: it is where a dump was written.
    const [path = check && dir === undefined ? context.file : undefined] = context.args;
    const isFileRead = check && dir === undefined && context.args[0] === undefined;
    const shownPath = dir ?? path ?? null;
    if (dir !== undefined && path !== undefined)
      throw usageError(
        "schema.two-places",
        `${path} and --dir ${dir} name two places.`,
        "Leave one of them out.",
      );
    if (check && shownPath === null) {
      throw usageError(
        "schema.nothing-to-check",
        "--check needs something to compare with.",
        "veza-db schema dump schema.sql --check",
      );
    }
    await using db = await context.connect();
    const catalog = await readCatalog(db, {
      without: ownTables(historyNames(context)),
      withDependencies: true,
    });
    for (const { kind, name } of catalog.unmodelled)
      context.warn(`${kind} ${name} is known to the server, but not to this dump.`.replace("  ", " "));
    for (const what of catalog.unread) context.warn(`Could not be read: ${what}.`);
    const files =
      dir === undefined ? [{ path: basename(path ?? ""), text: dumpSchema(catalog) }] : schemaFiles(catalog);
    const folder = resolve(context.cwd, dir ?? dirname(path ?? ""));
    const common = {
      database: db.target.database,
      server: describeTarget(db.target),
      objects: catalog.objects.size,
      path: shownPath,
    };
    const place = dir !== undefined ? ["--dir", dir] : isFileRead ? ["--file", path ?? ""] : [path ?? ""];
    const next = again(context, "schema", "dump", ...place);
    if (check) {
      refusePartial(catalog.unread);
      const differences = compareFiles(folder, files);
      const data: DumpData = { ...common, equal: differences.length === 0, differences, sql: null, next };
      return { data, exitCode: data.equal === true ? 0 : 1, isFileRead };
    }
    if (shownPath !== null) writeFiles(folder, files);
    const data: DumpData = {
      ...common,
      equal: null,
      differences: [],
      sql: shownPath === null ? sqlOf(files) : null,
      next,
    };
    return { data };
  },
  // Every byte as it is: what goes through a pipe is loaded by psql.
  forms: { human: (data) => data.sql ?? `${sentences(data).join("\n")}\n`, sql: (data) => data.sql ?? "" },
  view: (data) => (data.sql === null ? sentences(data).map((sentence) => text(sentence)) : [sql(data.sql)]),
});

function sentences({ path, equal, differences, objects, server, next }: DumpData): string[] {
  const shown = path ?? "";
  if (equal === null) return [`Wrote ${count(objects, "object")} of ${server} to ${shown}.`];
  if (equal) return [`${shown} is what ${server} says.`];
  return [
    ...differences.map(
      ({ path: file, state, diff }) => `${file} is ${state}.${diff === "" ? "" : `\n${printable(diff)}`}`,
    ),
    `Next: ${next}`,
  ];
}

function sqlOf(files: readonly SchemaFile[]): string {
  return files.map(({ text: content }) => content).join("");
}

function refusePartial(unread: readonly string[]): void {
  if (unread.length === 0) return;
  throw new VezaError({
    code: "catalog.partial",
    ending: "environment",
    message: "The schema could be read only in part, so nothing can be said of the rest.",
    detail: unread.join("\n"),
    hint: "Connect as a superuser.",
  });
}
