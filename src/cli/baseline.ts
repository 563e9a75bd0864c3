/** What `migrate baseline` does before it records anything: compares, or writes the first migration. */
import { basename } from "node:path";
import { readCatalog } from "../catalog/read.ts";
import { readDesired } from "../drift/desired.ts";
import { findDrift } from "../drift/findings.ts";
import { readLiveSession } from "../drift/read-session.ts";
import { VezaError } from "../kernel/error.ts";
import type { HistoryNames, MigrationFile, MigrationFolder } from "../migrate/model.ts";
import { slugify, writeMigrationText } from "../migrate/new-file.ts";
import { readMigrationText } from "../migrate/read-files.ts";
import type { Db } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import { describeTarget } from "../postgres/target.ts";
import { dumpMigration } from "../schema/dump.ts";
import { ownTables } from "../schema/own-tables.ts";
import { again } from "./again.ts";
import type { Context } from "./command.ts";
import { historyNames } from "./migrations.ts";
import { scratchPorts } from "./scratch-ports.ts";

const mostShown = 10;

/** Refuses to adopt a database whose schema is not what these files make in a scratch database. */
export async function refuseDifferent(
  context: Context,
  db: Db,
  files: readonly MigrationFile[],
  shadowUrl: string | undefined,
): Promise<void> {
  const without = ownTables(historyNames(context));
  const { searchPath, roles, user } = await readLiveSession(db);
  const live = await readCatalog(db, { without, migrators: [user] });
  context.report.line(`Comparing ${describeTarget(db.target)} with what the migrations make …`);
  await using ports = scratchPorts(context, "migrate baseline");
  const desired = await readDesired(
    {
      migrations: files.map((file) => ({ id: file.id, name: file.name, text: readMigrationText(file) })),
      live: { target: db.target, major: db.facts.major, catalog: live, searchPath, roles },
      migrators: [user],
      without,
      shadow:
        shadowUrl === undefined
          ? undefined
          : resolveTarget(shadowUrl, "--shadow-url", context.settings.env).target,
      cacheDir: undefined,
    },
    ports,
  );
  const findings = findDrift(live, desired.catalog);
  const id = files.at(-1)?.id ?? "";
  if (findings.length === 0 && live.unread.length === 0) return;
  const more = findings.length - mostShown;
  throw new VezaError({
    code: "migrate.schema-differs",
    ending: "refused",
    message: `The schema of ${describeTarget(db.target)} is not what the migrations up to ${id} make.`,
    detail: [
      ...findings.slice(0, mostShown).map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`),
      ...(more > 0 ? [`and ${more} more`] : []),
      ...live.unread.map((what) => `Could not be read: ${what}.`),
    ].join("\n"),
    hint: `To adopt it all the same: ${again(context, "migrate", "baseline", id, "--force")}`,
    state: "Nothing was changed.",
    facts: { differences: findings.length },
  });
}

export interface FirstMigration {
  /** As people find it; the id stands in it once it is written. */
  readonly shown: string;
  /** Writes the file. */
  write(): { readonly id: string; readonly shown: string };
}

/** The schema of a database as the first migration of a project that has none. */
export async function writeFirst(
  db: Db,
  folder: MigrationFolder,
  name: string,
  names: HistoryNames,
): Promise<FirstMigration> {
  const slug = slugify(name);
  if (folder.files.length > 0) {
    throw new VezaError({
      code: "migrate.folder-not-empty",
      ending: "refused",
      message: `${folder.shownDir} holds ${folder.files.length} migrations already: the schema cannot be the first.`,
      hint: `veza-db migrate baseline ${folder.files.at(-1)?.id ?? ""}`,
      state: "Nothing was changed.",
    });
  }
  const catalog = await readCatalog(db, { without: ownTables(names), withDependencies: true });
  if (catalog.unread.length + catalog.unmodelled.length > 0) {
    throw new VezaError({
      code: "catalog.partial",
      ending: "environment",
      message: "The schema could be read only in part, so no migration can be made of it.",
      detail: [
        ...catalog.unread,
        ...catalog.unmodelled.map(({ kind, name: what }) => `${kind} ${what}`),
      ].join("\n"),
      hint: "Connect as a superuser, or write the migration by hand: veza-db migrate new <name>",
      state: "Nothing was changed.",
    });
  }
  return {
    shown: `${folder.shownDir}/…-${slug}.sql`,
    write: () => {
      const { id, path } = writeMigrationText(folder.dir, [], name, dumpMigration(catalog));
      return { id, shown: `${folder.shownDir}/${basename(path)}` };
    },
  };
}
