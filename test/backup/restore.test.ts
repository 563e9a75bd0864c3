/** `restore`: into a new database, proven there, swapped by two renames; parts of it; in place. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { describe } from "vitest";
import { isOldName, oldName } from "../../src/backup/restore/old-name.ts";
import { propertyStatements, splitNames } from "../../src/backup/restore/properties.ts";
import { seal } from "../../src/backup/seal.ts";
import { createRole } from "../migrate/support/role.ts";
import { createDatabase, expect, onServer, queryIn, test, urlOf } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import {
  backupProject,
  contentsOf,
  fillDatabase,
  flipByte,
  hasClients,
  manifestOf,
} from "./support/backup.ts";

/** Databases that restores have put aside or left. */
async function databasesLike(database: TestDatabase): Promise<string[]> {
  const rows = await onServer(
    (admin) =>
      admin<
        { datname: string }[]
      >`SELECT datname FROM pg_database WHERE starts_with(datname, ${`${database.name}__old_`})`,
  );
  return rows.map(({ datname }) => datname);
}

async function dropLike(database: TestDatabase): Promise<void> {
  for (const name of await databasesLike(database))
    await onServer((admin) => admin.unsafe(`DROP DATABASE "${name}"`));
}

describe.runIf(hasClients)("replacing a database", () => {
  test("brings back rows, schema, owner, privileges and settings; the old one is kept, then dropped", async ({
    database,
  }) => {
    await fillDatabase(database);
    await using role = await createRole(database);
    await database.sql
      .unsafe(`ALTER DATABASE "${database.name}" SET search_path = "$user", 'Ünüsual "s', public;
      ALTER DATABASE "${database.name}" CONNECTION LIMIT 77;
      ALTER ROLE ${role.name} IN DATABASE "${database.name}" SET work_mem = '9MB';
      REVOKE CONNECT ON DATABASE "${database.name}" FROM PUBLIC;
      GRANT CONNECT, CREATE ON DATABASE "${database.name}" TO ${role.name} WITH GRANT OPTION;
      COMMENT ON DATABASE "${database.name}" IS 'it''s ours';
      ALTER TABLE notes OWNER TO ${role.name}; GRANT SELECT ON people TO ${role.name};
      ALTER DATABASE "${database.name}" OWNER TO ${role.name}`);
    const properties = (): Promise<unknown> =>
      onServer(
        (admin) => admin`SELECT pg_get_userbyid(datdba) AS owner, datconnlimit, datacl::text,
          shobj_description(oid, 'pg_database') AS comment, (SELECT array_agg(setconfig::text ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid) AS settings
          FROM pg_database d WHERE datname = ${database.name}`,
      );
    const [before, propertiesBefore] = [await contentsOf(database), await properties()];
    await using project = await backupProject(database.url);
    const { id } = await project.backup();
    await database.sql`DELETE FROM notes`;
    await database.sql`DROP VIEW sad_people`;
    const called = await project.veza(["restore", "latest", "--confirm", database.name, "--json"]);
    expect(called).toMatchObject({ code: 0 });
    const data = called.data();
    expect(data).toMatchObject({ id, database: database.name, durationMs: expect.any(Number) });
    expect(data["checks"]).toEqual(
      ["rows", "large objects", "schema"].map((check) => expect.objectContaining({ check, ok: true })),
    );
    const old = String(data["previousDatabase"]);
    expect(isOldName(old, database.name)).toBe(true);
    expect(await contentsOf(database)).toBe(before);
    expect(await properties()).toEqual(propertiesBefore);
    const [stats] = await database.sql`SELECT reltuples FROM pg_class WHERE relname = 'people'`;
    expect(stats?.["reltuples"]).toBe(2000);
    const [gathered] = await database.sql`SELECT array_agg(name ORDER BY name COLLATE "C") AS tables
      FROM (SELECT DISTINCT tablename::text || CASE WHEN inherited THEN ' whole' ELSE '' END AS name FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')) AS s`;
    expect(gathered?.["tables"]).toEqual([
      "events whole",
      "events_2024",
      "notes",
      "notes_body_idx",
      "people",
      "tä ble'",
    ]);
    // The old one holds what was there, and lets nobody in.
    await expect(queryIn(old, (sql) => sql`SELECT 1`)).rejects.toMatchObject({ code: "55000" });
    await onServer((admin) => admin.unsafe(`ALTER DATABASE "${old}" ALLOW_CONNECTIONS true`));
    expect(await queryIn(old, (sql) => sql`SELECT count(*)::int AS notes FROM public.notes`)).toEqual([
      { notes: 0 },
    ]);
    expect((await project.veza("restore --drop-old --json")).error()).toMatchObject({ exitCode: 4 });
    expect(
      (await project.veza(["restore", "--drop-old", "--confirm", database.name, "--json"])).data(),
    ).toMatchObject({ dropped: [old] });
    expect(await databasesLike(database)).toEqual([]);
    await onServer((admin) =>
      admin.unsafe(
        `ALTER DATABASE "${database.name}" OWNER TO CURRENT_USER; ALTER DATABASE "${database.name}" CONNECTION LIMIT -1`,
      ),
    );
  });

  test.each(["custom", "plain"])("from --format %s", async (format) => {
    await using database = await createDatabase();
    await fillDatabase(database, 100);
    const before = await contentsOf(database);
    await using project = await backupProject(database.url);
    await project.backup(`--format ${format}`);
    await database.sql`TRUNCATE notes`;
    expect(await project.veza(["restore", "latest", "--confirm", database.name])).toMatchObject({ code: 0 });
    expect(await contentsOf(database)).toBe(before);
    await dropLike(database);
  });

  test("a database that is gone comes back; nothing has to be confirmed by name", async ({ database }) => {
    await fillDatabase(database, 100);
    const before = await contentsOf(database);
    await database.sql.unsafe(`ALTER DATABASE "${database.name}" SET work_mem = '9MB'`);
    await using project = await backupProject(database.url);
    await project.backup();
    await database.sql.end();
    await onServer((admin) => admin.unsafe(`DROP DATABASE "${database.name}" WITH (FORCE)`));
    expect((await project.veza("restore latest")).code).toBe(4);
    expect((await project.veza("restore latest --yes --json")).data()).toMatchObject({
      previousDatabase: null,
    });
    await queryIn(database.name, async (sql) => {
      expect(await contentsOf({ sql })).toBe(before);
      expect((await sql`SHOW work_mem`)[0]).toEqual({ work_mem: "9MB" });
    });
  });

  test("sessions that reconnect in a loop are put out, and find the new database", async ({ database }) => {
    await fillDatabase(database, 100);
    await using project = await backupProject(database.url);
    await project.backup();
    await database.sql`DELETE FROM notes`;
    const stop = new AbortController();
    const loops = Array.from({ length: 6 }, async () => {
      while (!stop.signal.aborted) {
        const sql = postgres(database.url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
        await sql`SELECT pg_sleep(0.05)`.catch(() => {});
        await sql.end({ timeout: 0 }).catch(() => {});
      }
    });
    const called = await project.veza(["restore", "latest", "--confirm", database.name]);
    stop.abort();
    await Promise.all(loops);
    expect(called).toMatchObject({ code: 0 });
    expect((await database.sql`SELECT count(*)::int AS notes FROM notes`)[0]).toEqual({ notes: 100 });
    await dropLike(database);
  });

  test("objects that somebody put into template1 do not stand in the way", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    await project.backup();
    const inTemplate = postgres(urlOf("template1"), { max: 1, onnotice: () => {} });
    await inTemplate`CREATE TABLE public.people (altered int)`;
    try {
      const called = await project.veza([
        "restore",
        "latest",
        "--into",
        `${database.name}_b`,
        "--yes",
        "--json",
      ]);
      expect(called.data()).toMatchObject({ previousDatabase: null });
    } finally {
      await inTemplate`DROP TABLE public.people`;
      await inTemplate.end();
      await onServer((admin) => admin.unsafe(`DROP DATABASE IF EXISTS "${database.name}_b"`));
    }
  });
});

describe.runIf(hasClients)("refusals leave everything as it was", () => {
  const restore = ["restore", "latest", "--json"];

  test("without --confirm, with another name, and --yes alone: exit 4", async ({ database }) => {
    await using project = await backupProject(database.url);
    await project.backup();
    for (const args of [[], ["--yes"], ["--confirm", "other"]])
      expect((await project.veza([...restore, ...args])).error(), args.join(" ")).toMatchObject({
        code: "cli.not-confirmed",
        exitCode: 4,
      });
    const dry = await project.veza(["restore", "latest", "--dry-run"]);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stderr).toContain(`target: `);
    expect(await databasesLike(database)).toEqual([]);
  });

  test("a damaged backup, before anything is connected to: exit 4", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { path, id } = await project.backup();
    await flipByte(join(String(path), "dump/toc.dat"), 50);
    const called = await project.veza(["restore", String(id), "--json"], {
      env: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/x" },
    });
    expect(called.error()).toMatchObject({ code: "restore.backup-damaged", exitCode: 4 });
  });

  test("missing roles, extensions and tablespaces: exit 3, each named", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const manifestFile = join(String(path), "manifest.json");
    const { checksum: _, ...manifest } = JSON.parse(await readFile(manifestFile, "utf8")) as Record<
      string,
      unknown
    >;
    const cases = [
      [{ roles: ["nobody_here"] }, "restore.role-missing", "nobody_here"],
      [
        { extensions: [{ name: "no_such_thing", version: "1" }] },
        "restore.extension-missing",
        "no_such_thing",
      ],
      [{ tablespaces: ["fast_disk"] }, "restore.tablespace-missing", "fast_disk"],
    ] as const;
    for (const [change, code, name] of cases) {
      await writeFile(manifestFile, seal({ ...manifest, ...change }));
      const error = (await project.veza([...restore, "--confirm", database.name])).error();
      expect(error).toMatchObject({ code, exitCode: 3 });
      expect(error["message"]).toContain(name);
    }
    await writeFile(manifestFile, seal({ ...manifest, roles: ["nobody_here"] }));
    expect(
      await project.veza(["restore", "latest", "--without-roles", "--confirm", database.name]),
    ).toMatchObject({ code: 0 });
    await dropLike(database);
  });

  test("a dump that is larger than the server's disk has room: exit 3, nothing made", async ({
    database,
  }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const { checksum: _, ...manifest } = (await manifestOf(String(path))) as unknown as Record<
      string,
      unknown
    >;
    await writeFile(join(String(path), "manifest.json"), seal({ ...manifest, bytes: 1e17 }));
    expect((await project.veza([...restore, "--confirm", database.name])).error()).toMatchObject({
      code: "restore.no-room",
      exitCode: 3,
      neededBytes: 8e16,
      stateText: "Nothing was changed.",
    });
    // Without its rows it fits.
    const only = await project.veza([
      ...restore,
      "--schema-only",
      "--into",
      `${database.name}_bare`,
      "--dry-run",
    ]);
    expect(only.code, only.stderr).toBe(0);
  });

  test("rows that are not as counted: exit 5, the database as it was, nothing left", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const { checksum: _, ...manifest } = (await manifestOf(String(path))) as unknown as Record<
      string,
      unknown
    >;
    const tables = (manifest["tables"] as { rows: number }[]).map((table, index) =>
      index === 1 ? { ...table, rows: 9999 } : table,
    );
    await writeFile(join(String(path), "manifest.json"), seal({ ...manifest, tables }));
    const before = await contentsOf(database);
    const error = (await project.veza([...restore, "--confirm", database.name])).error();
    expect(error).toMatchObject({
      code: "restore.checks-failed",
      exitCode: 5,
      stateText: `The database "${database.name}" is as it was.`,
    });
    expect(await contentsOf(database)).toBe(before);
    expect(await databasesLike(database)).toEqual([]);
    const verified = await project.veza([
      "backup",
      "verify",
      "--level",
      "restore",
      "--server",
      database.url,
      "--json",
    ]);
    expect(verified).toMatchObject({ code: 1 });
  });

  test("a prepared transaction, and a role that may not create databases", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    await project.backup();
    await using role = await createRole(database);
    const called = await project.veza([...restore, "--without-roles", "--confirm", database.name], {
      env: { DATABASE_URL: role.url },
    });
    expect(called.error()).toMatchObject({ code: "restore.cannot-create", exitCode: 3 });
    expect(called.error()["hint"]).toContain("CREATEDB");
    const { lockKeys } = await import("../../src/migrate/lock.ts");
    const [a, b] = lockKeys({ schema: "public", table: "migrations" });
    const holder = await database.sql.reserve();
    await holder`SELECT pg_advisory_lock(${a}::int, ${b}::int)`;
    expect((await project.veza([...restore, "--confirm", database.name])).error()).toMatchObject({
      code: "restore.busy",
      exitCode: 4,
    });
    holder.release();
  });

  test("calls that contradict themselves: exit 2", async ({ database }) => {
    await using project = await backupProject(database.url);
    for (const args of [
      "restore",
      "restore latest --table x",
      "restore latest --schema-only",
      "restore latest --into a --in-place",
      "restore latest --trust --in-place",
    ])
      expect((await project.veza(args)).code, args).toBe(2);
  });
});

describe.runIf(hasClients)("parts and places", () => {
  test("--into a new database; an existing one is refused", async ({ database }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    await project.backup();
    const name = `${database.name}_b`;
    try {
      expect(await project.veza(["restore", "latest", "--into", name, "--yes"])).toMatchObject({ code: 0 });
      expect(await queryIn(name, (sql) => contentsOf({ sql }))).toBe(await contentsOf(database));
      expect(
        (await project.veza(["restore", "latest", "--into", name, "--yes", "--json"])).error(),
      ).toMatchObject({ code: "restore.target-exists", exitCode: 4 });
    } finally {
      await onServer((admin) => admin.unsafe(`DROP DATABASE IF EXISTS "${name}"`));
    }
  });

  test("--table and --schema-only into another database", async ({ database }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    await project.backup();
    const name = `${database.name}_b`;
    try {
      const called = await project.veza([
        "restore",
        "latest",
        "--table",
        "notes",
        "--into",
        name,
        "--yes",
        "--json",
      ]);
      expect(called.json()["warnings"]).toEqual([expect.stringContaining("notes_person_fkey")]);
      expect(
        await queryIn(
          name,
          (sql) =>
            sql`SELECT (SELECT count(*)::int FROM notes) AS notes, (SELECT count(*)::int FROM people) AS people`,
        ),
      ).toEqual([{ notes: 50, people: 0 }]);
      await onServer((admin) => admin.unsafe(`DROP DATABASE "${name}"`));
      expect(
        await project.veza(["restore", "latest", "--schema-only", "--into", name, "--yes"]),
      ).toMatchObject({ code: 0 });
      expect(await queryIn(name, (sql) => sql`SELECT count(*)::int AS people FROM people`)).toEqual([
        { people: 0 },
      ]);
    } finally {
      await onServer((admin) => admin.unsafe(`DROP DATABASE IF EXISTS "${name}"`));
    }
    expect(
      (await project.veza(["restore", "latest", "--table", "note", "--into", "x", "--json"])).error(),
    ).toMatchObject({ code: "restore.no-such-table", hint: "Did you mean notes?" });
  });

  test("--in-place: all in one transaction; a failure changes nothing; a table must be empty", async ({
    database,
  }) => {
    await fillDatabase(database, 50);
    const before = await contentsOf(database);
    await using project = await backupProject(database.url);
    await project.backup();
    await database.sql`DELETE FROM notes`;
    expect((await project.veza("restore latest --in-place --yes")).code).toBe(4);
    const inPlace = ["restore", "latest", "--in-place", "--confirm", database.name, "--json"];
    // A view that is not in the backup holds on to a table: nothing can be dropped, nothing is.
    await database.sql`CREATE VIEW later AS SELECT * FROM people`;
    expect((await project.veza(inPlace)).error()).toMatchObject({
      code: "restore.load-failed",
      exitCode: 5,
      stateText: expect.stringContaining("as it was"),
    });
    expect((await database.sql`SELECT count(*)::int AS notes FROM notes`)[0]).toEqual({ notes: 0 });
    await database.sql`DROP VIEW later`;
    expect((await project.veza([...inPlace, "--table", "people"])).error()).toMatchObject({
      code: "restore.target-not-empty",
      exitCode: 4,
    });
    expect((await project.veza([...inPlace, "--table", "notes"])).data()).toMatchObject({
      previousDatabase: null,
    });
    expect(await contentsOf(database)).toBe(before);
    await database.sql`DELETE FROM notes`;
    expect(await project.veza(inPlace)).toMatchObject({ code: 0 });
    expect(await contentsOf(database)).toBe(before);
  });
});

describe.runIf(hasClients)("by an owner who is no superuser", () => {
  test("--in-place gathers statistics, and says nothing of the server's own tables", async ({ database }) => {
    await using role = await createRole(database);
    await database.sql.unsafe(`GRANT CREATE ON DATABASE "${database.name}" TO ${role.name};
      CREATE SCHEMA own AUTHORIZATION ${role.name}; CREATE TABLE own.notes (id int PRIMARY KEY);
      INSERT INTO own.notes SELECT generate_series(1, 50); ALTER TABLE own.notes OWNER TO ${role.name}`);
    await using project = await backupProject(role.url);
    await project.backup();
    const restored = await project.veza(["restore", "latest", "--in-place", "--confirm", database.name]);
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stderr).not.toContain("analyze");
    expect(await database.sql`SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'notes'`).toEqual([
      { rows: 50 },
    ]);
  });
});

test("the name of the old database fits, and is known again", () => {
  const now = new Date("2026-11-23T08:15:00Z");
  expect(oldName("app", now)).toBe("app__old_20261123T081500Z");
  for (const name of ["app", "a".repeat(63), "é".repeat(31), `${"x".repeat(40)}é`]) {
    const old = oldName(name, now);
    expect(Buffer.byteLength(old)).toBeLessThanOrEqual(63);
    expect(isOldName(old, name)).toBe(true);
    expect(isOldName(old, "other")).toBe(false);
  }
  expect(isOldName("app__old_yesterday", "app")).toBe(false);
});

test("properties as statements", () => {
  expect(splitNames(`"$user", public, "a ""b", 'c`)).toEqual(["$user", "public", 'a "b', "'c"]);
  const statements = propertyStatements(
    'd"b',
    {
      owner: "me",
      encoding: "UTF8",
      collate: "C",
      ctype: "C",
      provider: "c",
      locale: null,
      icuRules: null,
      connectionLimit: 5,
      isTemplate: false,
      tablespace: "pg_default",
      comment: "it's",
      privileges: [{ grantee: null, privilege: "CONNECT", grantable: false }],
      settings: [
        { role: null, name: "search_path", value: '"$user", public' },
        { role: "r", name: "my.setting", value: "a, b" },
      ],
    },
    { withOwner: true, withPrivileges: true },
  );
  expect(statements).toEqual([
    `ALTER DATABASE "d""b" SET "search_path" TO '$user', 'public'`,
    `ALTER ROLE "r" IN DATABASE "d""b" SET "my"."setting" TO 'a, b'`,
    `COMMENT ON DATABASE "d""b" IS 'it''s'`,
    `ALTER DATABASE "d""b" CONNECTION LIMIT 5`,
    `ALTER DATABASE "d""b" OWNER TO "me"`,
    `REVOKE ALL ON DATABASE "d""b" FROM PUBLIC, "me"`,
    `GRANT CONNECT ON DATABASE "d""b" TO PUBLIC`,
  ]);
});
