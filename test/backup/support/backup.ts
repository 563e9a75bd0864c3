/** Databases with something of everything in them, projects aimed at them, and what is on disk afterwards. */
import { readdirSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { findClient } from "../../../src/backup/clients.ts";
import type { Client, ClientName } from "../../../src/backup/clients.ts";
import type { Manifest } from "../../../src/backup/model.ts";
import { migrationProject } from "../../migrate/support/veza.ts";
import type { Project } from "../../migrate/support/veza.ts";
import type { TestDatabase } from "../../support/database.ts";
import { skipUnless } from "../../support/skip.ts";

const found = await findClient({
  name: "pg_dump",
  atLeast: inject("server").major,
  folder: undefined,
  because: "",
}).catch(() => undefined);

/** Whether this machine has programs for the server under test. */
export const hasClients = skipUnless(
  found !== undefined,
  `no pg_dump for PostgreSQL ${inject("server").major}`,
);

export function client(name: ClientName): Promise<Client> {
  return findClient({ name, atLeast: inject("server").major, folder: undefined, because: "" });
}

export interface BackupProject extends Project {
  readonly backupsDir: string;
  /** Backs up and gives the data. */
  backup(args?: string): Promise<Readonly<Record<string, unknown>>>;
}

export async function backupProject(url: string | undefined): Promise<BackupProject> {
  const project = await migrationProject(url, {});
  return {
    ...project,
    backupsDir: project.path("backups"),
    backup: async (args = "") => {
      const called = await project.veza([
        "backup",
        ...args.split(" ").filter((word) => word !== ""),
        "--json",
      ]);
      if (called.code !== 0) throw new Error(called.stderr);
      return called.data();
    },
  };
}

/** Tables with rows, keys, a view, a function, a large object, and names that need quotes. */
export async function fillDatabase({ sql }: TestDatabase, rows = 2000): Promise<void> {
  await sql.unsafe(`
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'ok');
    CREATE TABLE notes (id serial PRIMARY KEY, person bigint NOT NULL REFERENCES people, body text);
    CREATE INDEX notes_body_idx ON notes (lower(body));
    CREATE SCHEMA "Ünüsual ""s";
    CREATE TABLE "Ünüsual ""s"."tä ble'" ("cö l" int);
    CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE VIEW sad_people AS SELECT name FROM people WHERE mood = 'sad';
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
    INSERT INTO people (name) SELECT 'person ' || g FROM generate_series(1, ${rows}) g;
    INSERT INTO notes (person, body) SELECT 1 + g % ${rows}, md5(g::text) FROM generate_series(1, ${rows}) g;
    INSERT INTO "Ünüsual ""s"."tä ble'" VALUES (1), (2), (3);
    INSERT INTO events SELECT '2024-01-01'::date + g, 'x' FROM generate_series(0, 99) g;
    SELECT lo_from_bytea(0, 'a large object');
  `);
}

/** Names in a folder, those that begin with a dot too. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

export async function manifestOf(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(path, "manifest.json"), "utf8"));
}

/** A folder of programs that say they are of another version and else do what the real ones do. */
export async function clientsOfVersion(project: Project, version: string): Promise<string> {
  for (const name of ["pg_dump", "pg_restore", "pg_dumpall", "psql"] as const) {
    const { path } = await client(name);
    await writeProgram(
      project,
      `clients-${version}/${name}`,
      `#!/bin/sh\nif [ "$1" = --version ]; then echo "${name} (PostgreSQL) ${version}"; else exec "${path}" "$@"; fi\n`,
    );
  }
  return project.path(`clients-${version}`);
}

export async function writeProgram(project: Project, name: string, text: string): Promise<string> {
  await project.write(name, text);
  await chmod(project.path(name), 0o755);
  return project.path(name);
}

/** Turns one bit of one byte of a file. */
export async function flipByte(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
/** All rows of all tables as one text, to compare databases. */
export async function contentsOf({ sql }: Pick<TestDatabase, "sql">): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;
  const parts: string[] = [];
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ digest: string }[]>(
      `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) || ' ' || count(*) AS digest FROM ${name} t`,
    );
    parts.push(`${name}: ${row?.digest ?? "empty"}`);
  }
  return parts.join("\n");
}
