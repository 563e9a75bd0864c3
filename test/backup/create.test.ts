/** `backup` and `backup list`. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { cp, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe } from "vitest";
import { createRole } from "../migrate/support/role.ts";
import { findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { createDatabase, expect, test, urlOf } from "../support/database.ts";
import {
  backupProject,
  client,
  clientsOfVersion,
  fillDatabase,
  hasClients,
  manifestOf,
  namesIn,
  writeProgram,
} from "./support/backup.ts";
import { seal } from "../../src/backup/seal.ts";
import { lockKeys } from "../../src/migrate/lock.ts";
import { quoteIdentifier } from "../../src/sql/quote.ts";
import { eventually } from "../migrate/support/veza.ts";

const pgBouncer = await findPgBouncer();

describe.runIf(hasClients)("backup", () => {
  test("makes a folder with dump, roles and manifest; says nothing, and one line under --verbose", async ({
    database,
  }) => {
    await fillDatabase(database);
    await using project = await backupProject(database.url);
    const quiet = await project.veza("backup");
    expect(quiet).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const told = await project.veza("backup --verbose");
    expect(told.stdout).toMatch(/^Backed up .*\n$/);
    const folder = join(project.backupsDir, database.name);
    const names = namesIn(folder);
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(name).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
      expect(namesIn(join(folder, name))).toEqual([
        "catalog.json.gz",
        "dump",
        "manifest.json",
        "roles.sql",
        "verified.json",
      ]);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o700);
    }
    const manifest = await manifestOf(join(folder, names[0] ?? ""));
    expect(manifest.tables).toContainEqual({ schema: "public", name: "people", rows: 2000 });
    expect(manifest.tables).toContainEqual({ schema: 'Ünüsual "s', name: "tä ble'", rows: 3 });
    expect(manifest).toMatchObject({ rows: 4103, largeObjects: 1, dataEntries: 4, format: "directory" });
    for (const { path, bytes, sha256 } of manifest.files) {
      const content = await readFile(join(folder, names[0] ?? "", path));
      expect([content.length, createHash("sha256").update(content).digest("hex")]).toEqual([bytes, sha256]);
      expect(statSync(join(folder, names[0] ?? "", path)).mode & 0o777).toBe(0o600);
    }
    const last: unknown = JSON.parse(await project.read(".veza/last/backup.json"));
    expect(last).toMatchObject({ command: "backup", exitCode: 0, data: { database: database.name } });
  });

  test("the fields that programs rely on, and the list's", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const called = await project.veza("backup --json");
    expect(called.json()["schema"]).toBe("veza-db/backup.create@1");
    const data = called.data();
    expect(Object.keys(data)).toEqual(
      expect.arrayContaining(
        "id path bytes sha256 database serverVersion startedAt durationMs format compression pruned".split(
          " ",
        ),
      ),
    );
    const listed = (await project.veza("backup list --json")).data()["backups"];
    expect(listed).toMatchObject([
      { id: data["id"], path: data["path"], bytes: data["bytes"], createdAt: data["startedAt"], ok: true },
    ]);
    expect(listed).toMatchObject([{ verifiedAt: expect.stringMatching(/^\d{4}-/) }]);
    const without = await project.veza("backup list", { env: { DATABASE_URL: "" } });
    expect(without).toMatchObject({ code: 0 });
    expect(without.stdout).toContain(String(data["id"]));
  });

  test.each(["custom", "plain"])("--format %s", async (format) => {
    await using database = await createDatabase();
    await fillDatabase(database, 100);
    await using project = await backupProject(database.url);
    const data = await project.backup(`--format ${format}`);
    const isZstd = format !== "plain" && (await client("pg_dump")).major >= 16;
    expect(data).toMatchObject({ format, compression: isZstd ? "zstd:1" : "gzip:1", rows: 303 });
    const path = String(data["path"]);
    if (format === "plain") {
      expect(path).toMatch(/\.sql\.gz$/);
      const id = String(data["id"]);
      expect(namesIn(join(project.backupsDir, database.name))).toEqual(
        [".sql.gz", ".roles.sql", ".catalog.json.gz", ".manifest.json", ".verified.json"]
          .map((end) => id + end)
          .toSorted(),
      );
      expect(execFileSync("gzip", ["-dc", path]).toString()).toContain("PostgreSQL database dump complete");
      expect(data["sha256"]).toBe(createHash("sha256").update(readFileSync(path)).digest("hex"));
    } else {
      expect(namesIn(path)).toContain("dump.pgdump");
    }
    expect((await project.veza("backup verify --json")).data()).toMatchObject({ id: data["id"], ok: true });
  });

  test("a part of the database: tables, without tables, without rows", async ({ database }) => {
    await fillDatabase(database, 100);
    await using project = await backupProject(database.url);
    expect(await project.backup("--table people --table notes")).toMatchObject({ rows: 200, tables: 2 });
    expect(await project.backup("--exclude-table notes")).toMatchObject({ rows: 203 });
    expect(await project.backup("--exclude-table-data people")).toMatchObject({ rows: 203 });
    expect(await project.backup("--schema-only")).toMatchObject({ rows: 0, tables: 0 });
    // A pattern that fits nothing is a mistake, beside one that fits too.
    const before = namesIn(join(project.backupsDir, database.name));
    for (const wrong of ["--table peoples", "--table people --table peoples"])
      expect((await project.veza(`backup ${wrong} --json`)).error(), wrong).toMatchObject({
        code: "backup.no-such-table",
        exitCode: 2,
        detail: expect.stringContaining("peoples"),
      });
    expect(namesIn(join(project.backupsDir, database.name))).toEqual(before);
  });

  test("--all-databases: each its own; one that fails keeps none of the others away", async ({
    database,
  }) => {
    await using second = await createDatabase();
    await database.sql`CREATE TABLE here (id int)`;
    await second.sql`CREATE TABLE there (id int)`;
    await using project = await backupProject(database.url);
    const called = await project.veza("backup --all-databases --json");
    // Other tests make and drop databases of this server meanwhile.
    const made = called.code === 0 ? called.data()["backups"] : called.error()["backups"];
    expect(made).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ database: database.name }),
        expect.objectContaining({ database: second.name }),
      ]),
    );
  });

  test("after a clock went back, latest is nobody's: exit 2, naming the ids", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { path, id } = await project.backup();
    const ahead = String(id).replace(/^\d{4}/, "2099");
    await cp(String(path), join(project.backupsDir, database.name, ahead), { recursive: true });
    const { checksum: _, ...manifest } = Object.fromEntries(Object.entries(await manifestOf(String(path))));
    const place = join(project.backupsDir, database.name, ahead, "manifest.json");
    await writeFile(place, seal({ ...manifest, id: ahead, startedAt: "2099-01-01T00:00:00.000Z" }));
    for (const args of ["restore latest --into x --yes", "backup verify"])
      expect((await project.veza(`${args} --json`)).error(), args).toMatchObject({
        code: "backup.clock",
        exitCode: 2,
        message: expect.stringContaining(ahead),
      });
    expect((await project.veza(["backup", "verify", String(id)])).code).toBe(0);
  });

  test("a draft of a run against a standby, or against a copy of the cluster, is left alone while somebody may be at it", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const { systemIdentifier, databaseOid } = await manifestOf(String(path));
    const folder = join(project.backupsDir, database.name);
    const [row] = await database.sql<{ startedAt: string }[]>`
      SELECT extract(epoch FROM pg_postmaster_start_time())::text AS "startedAt"`;
    const startedAt = row?.startedAt ?? "";
    const elsewhere = "other.example 10.0.0.9:5432";
    const drafts = [
      { isStandby: true },
      { isStandby: false, server: { startedAt: "1.5", from: elsewhere } },
      { isStandby: false },
      { isStandby: false, server: { startedAt, from: elsewhere } },
    ].map((draft, index) => ({ name: `.partial-20260101T00000${index}Z-0000000${index}`, draft }));
    for (const { name, draft } of drafts)
      await project.write(
        `backups/${database.name}/${name}/draft.json`,
        JSON.stringify({ systemIdentifier, databaseOid, ...draft }),
      );
    await project.backup();
    const left = (): string[] => namesIn(folder).filter((name) => name.startsWith("."));
    expect(left()).toEqual(drafts.slice(0, 2).map(({ name }) => name));
    const longAgo = new Date(Date.now() - 2 * 86_400_000);
    for (const name of left())
      for (const part of ["draft.json", ""]) await utimes(join(folder, name, part), longAgo, longAgo);
    await project.backup();
    expect(left()).toEqual([]);
  });

  test("what comes while the dump runs is not in it: one snapshot", async ({ database }) => {
    await fillDatabase(database, 5000);
    await using project = await backupProject(database.url);
    // pg_dump begins when rows have come and gone, after the snapshot was taken.
    const { path: real } = await client("pg_dump");
    const programs = await clientsOfVersion(project, `${(await client("pg_dump")).major}.99`);
    await writeProgram(
      project,
      `${basename(programs)}/pg_dump`,
      `#!/bin/sh\nif [ "$1" = --version ]; then exec "${real}" --version; fi\ncase "$*" in *--snapshot=*) ;; *) exec "${real}" "$@" ;; esac\nwhile [ ! -e "${project.path("go")}" ]; do sleep 0.02; done\nexec "${real}" "$@"\n`,
    );
    const running = project.veza("backup --json", {
      env: { VEZA_DB_BACKUP_PROGRAMS: programs },
    });
    await eventually(
      () =>
        database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%count%' AND application_name = 'veza-db backup'`,
      ({ length }) => length > 0,
      "the counts",
    );
    await database.sql`DELETE FROM notes`;
    await database.sql`INSERT INTO people (name) SELECT 'late' FROM generate_series(1, 500)`;
    await project.write("go", "");
    const called = await running;
    expect(called.data()).toMatchObject({ rows: 10_103 });
    expect(
      (
        await project.veza(["backup", "verify", "--level", "restore", "--server", database.url, "--json"])
      ).data(),
    ).toMatchObject({
      ok: true,
    });
  });
});

describe.runIf(hasClients)("backup refuses before anything is written", () => {
  test("another run, and a migration: exit 4", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const whileHeld = async (schema: string, table: string, code: string): Promise<void> => {
      const [a, b] = lockKeys({ schema, table });
      const holder = await database.sql.reserve();
      await holder`SELECT pg_advisory_lock(${a}::int, ${b}::int)`;
      expect((await project.veza("backup --lock-wait 300ms --json")).error()).toMatchObject({
        code,
        exitCode: 4,
      });
      await holder`SELECT pg_advisory_unlock(${a}::int, ${b}::int)`;
      holder.release();
    };
    await whileHeld("", "backup", "backup.running");
    await whileHeld("public", "migrations", "migrate.lock-held");
    expect(existsSync(project.backupsDir)).toBe(false);
    expect((await project.veza("backup")).code).toBe(0);
  });

  test("a pg_dump older than the server: exit 3", async ({ database }) => {
    await using project = await backupProject(database.url);
    const folder = await clientsOfVersion(project, "13.9");
    const called = await project.veza("backup --json", { env: { VEZA_DB_BACKUP_PROGRAMS: folder } });
    expect(called.error()).toMatchObject({ code: "program.too-old", exitCode: 3, version: "13.9" });
    expect(existsSync(project.backupsDir)).toBe(false);
    await using empty = await backupProject(database.url);
    await empty.write("none/readme", "");
    expect(
      (await empty.veza("backup --json", { env: { VEZA_DB_BACKUP_PROGRAMS: empty.path("none") } })).error(),
    ).toMatchObject({ code: "program.missing", exitCode: 3 });
  });

  test("tables that the role may not read, or not wholly: exit 3, each named", async ({ database }) => {
    await fillDatabase(database, 10);
    await using role = await createRole(database);
    await using project = await backupProject(role.url);
    const refused = (await project.veza("backup --json")).error();
    expect(refused).toMatchObject({ code: "backup.privilege-missing", exitCode: 3 });
    expect(refused["detail"]).toContain("table public.people: no SELECT");
    await database.sql.unsafe(`GRANT USAGE ON SCHEMA "Ünüsual ""s" TO ${role.name};
      GRANT SELECT ON ALL TABLES IN SCHEMA public, "Ünüsual ""s" TO ${role.name};
      GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role.name}`);
    expect((await project.veza("backup --json")).error()["detail"]).toContain("large object");
    await database.sql.unsafe(`SELECT lo_unlink(oid) FROM pg_largeobject_metadata;
      ALTER TABLE notes ENABLE ROW LEVEL SECURITY`);
    expect((await project.veza("backup --json")).error()["detail"]).toBe(
      "table public.notes: row security hides rows",
    );
    expect(existsSync(project.backupsDir)).toBe(false);
    await database.sql`ALTER TABLE notes DISABLE ROW LEVEL SECURITY`;
    const data = await project.backup();
    expect(data).toMatchObject({ rows: 123 });
    expect(await manifestOf(String(data["path"]))).toMatchObject({ hasRolePasswords: false });
  });

  test.runIf(!("missing" in pgBouncer))("a pooler: exit 4", async ({ database }) => {
    if ("missing" in pgBouncer) return;
    await using pooler = await startPgBouncer(pgBouncer, database.url, "transaction");
    await using project = await backupProject(pooler.through(database.url));
    expect((await project.veza("backup --json")).error()).toMatchObject({
      code: "backup.pooler",
      exitCode: 4,
    });
  });

  test("bad values: exit 2", async ({ database }) => {
    await using project = await backupProject(database.url);
    for (const args of [
      "--compress brotli",
      "--compress gzip:10",
      "--format plain --compress none",
      "--keep-days -1",
    ])
      expect((await project.veza(`backup ${args}`)).code, args).toBe(2);
    expect((await project.veza("backup verify nothing-like-it --json")).error()).toMatchObject({
      exitCode: 2,
    });
    expect((await project.veza("backup verify latest --json")).error()).toMatchObject({
      code: "backup.not-found",
    });
  });
});

describe.runIf(hasClients)("names and places", () => {
  test.each(["q\"u o'te", "é/../ü", ".hidden", "a=b host=nowhere", "%41", "C:\\x"])(
    "a database named %s",
    async (name) => {
      await using plain = await createDatabase();
      const admin = plain.sql;
      const quoted = quoteIdentifier(name);
      await admin.unsafe(`CREATE DATABASE ${quoted} TEMPLATE template0`);
      try {
        const url = new URL(urlOf("x"));
        url.pathname = `/${encodeURIComponent(name)}`;
        await using project = await backupProject(url.href);
        const data = await project.backup();
        expect(data).toMatchObject({ database: name });
        const [folder = "", ...others] = namesIn(project.backupsDir);
        expect(others).toEqual([]);
        expect(folder.startsWith(".")).toBe(false);
        expect(String(data["path"]).startsWith(join(project.backupsDir, folder))).toBe(true);
        expect(
          (
            await project.veza(["backup", "verify", "--level", "restore", "--server", url.href, "--json"])
          ).data(),
        ).toMatchObject({ ok: true });
      } finally {
        await admin.unsafe(`DROP DATABASE ${quoted} WITH (FORCE)`);
      }
    },
  );

  test("a root that is a link, named by --dir, from the file or from the environment", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    await project.write("real/readme", "kept");
    await symlink(project.path("real"), project.path("link"));
    const data = await project.backup(`--dir ${project.path("link")}`);
    expect(existsSync(join(project.path("real"), database.name, String(data["id"]), "manifest.json"))).toBe(
      true,
    );
    const listed = await project.veza("backup list --json", { env: { VEZA_DB_BACKUP_DIR: "real" } });
    expect(listed.data()["backups"]).toHaveLength(1);
  });

  test("an id, a path and latest name the same backup", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { id, path } = await project.backup();
    for (const name of [String(id), String(path), `${String(path)}/manifest.json`, "latest"])
      expect(
        (await project.veza(["backup", "verify", name, "--level", "hash", "--json"])).data(),
        name,
      ).toMatchObject({ id });
  });
});
