/** What one migration does to its session reaches neither the next one nor the tool's own rows. */
import { createDatabase, expect, test } from "../support/database.ts";
import { databaseIn } from "./support/encodings.ts";
import { createRole } from "./support/role.ts";
import { appliedIds } from "./support/state.ts";
import { migrationProject } from "./support/veza.ts";

const changes: readonly (readonly [string, string])[] = [
  ["search_path, as pg_dump empties it", "SELECT pg_catalog.set_config('search_path', '', false);"],
  ["search_path by SET", "CREATE SCHEMA app; SET search_path = app;"],
  ["search_path by SET LOCAL", "CREATE SCHEMA app; SET LOCAL search_path = app;"],
  [
    "settings of every kind",
    "SET work_mem = '9MB'; SET timezone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET client_min_messages = error; SET row_security = off;",
  ],
  [
    "check_function_bodies and the rest of a dump's head",
    "SET statement_timeout = 0; SET lock_timeout = 0; SET check_function_bodies = false; SET xmloption = content; SET default_tablespace = ''; SET default_table_access_method = heap;",
  ],
  ["standard_conforming_strings of the role", "SET escape_string_warning = off; SET backslash_quote = off;"],
  ["constraints", "SET CONSTRAINTS ALL DEFERRED;"],
  ["the isolation level", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;"],
  ["how later transactions are", "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;"],
  ["replication role", "SET session_replication_role = replica;"],
  [
    "temporary tables that hide others",
    "CREATE TEMP TABLE migrations (id int); CREATE TEMPORARY TABLE users (x int);",
  ],
  [
    "prepared statements and cursors",
    "PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1; LISTEN x;",
  ],
];

test.each(changes)("%s", async (_, sql) => {
  await using database = await createDatabase();
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-users.sql":
      "CREATE TABLE users (id int PRIMARY KEY, born timestamptz DEFAULT '2024-01-02 03:04:05+00');",
    "2024-01-02-002-change.sql": sql,
    "2024-01-03-003-after.sql": `
      CREATE TABLE seen AS SELECT name, setting FROM pg_settings WHERE source = 'session' AND name NOT LIKE 'transaction%';
      CREATE TABLE here ();
      INSERT INTO users VALUES (1);
      CREATE TABLE left_over AS
        SELECT name FROM pg_prepared_statements UNION ALL SELECT name FROM pg_cursors UNION ALL
        SELECT pg_listening_channels() UNION ALL
        SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r' AND pg_table_is_visible(oid);`,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toHaveLength(3);
  const allowed = [
    "lock_timeout",
    "statement_timeout",
    "standard_conforming_strings",
    "client_connection_check_interval",
  ];
  const seen = await database.sql`SELECT name FROM public.seen WHERE NOT name = ANY (${allowed})`;
  expect(seen.map(({ name }) => String(name))).toEqual([]);
  expect(
    await database.sql`SELECT relnamespace::regnamespace::text AS s FROM pg_class WHERE relname = 'here'`,
  ).toEqual([{ s: "public" }]);
  expect(await database.sql`SELECT * FROM public.left_over`).toEqual([]);
});

test("a role that a file takes ends with the file; its rows are written as the one who connected", async ({
  database,
}) => {
  await using role = await createRole(database);
  await database.sql.unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name}`);
  for (const [take, number] of [
    [`SET ROLE ${role.name}`, 1],
    [`SET LOCAL ROLE ${role.name}`, 3],
    [`SET SESSION AUTHORIZATION ${role.name}`, 5],
  ] as const) {
    await using project = await migrationProject(database.url, {
      [`2024-01-0${number}-001-a.sql`]: `${take}; CREATE TABLE theirs_${number} ();`,
      [`2024-01-0${number + 1}-001-b.sql`]: `CREATE TABLE ours_${number} ();`,
    });
    const options = { env: { VEZA_DB_MIGRATIONS_TABLE: `history_${number}` } };
    expect(await project.veza("migrate", options)).toMatchObject({ code: 0 });
  }
  const owners = await database.sql`
    SELECT count(*) FILTER (WHERE relname ~ '^theirs' AND relowner = ${role.name}::regrole)::int AS theirs,
           count(*) FILTER (WHERE relname ~ '^ours' AND relowner <> ${role.name}::regrole)::int AS ours FROM pg_class WHERE relkind = 'r'`;
  expect(owners).toEqual([{ theirs: 3, ours: 3 }]);
  const who = await database.sql`SELECT DISTINCT applied_by = session_user AS is_us FROM history_1`;
  expect(who).toEqual([{ is_us: true }]);
});

test("settings of the role and of the connection string hold in every file", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-a.sql":
      "CREATE TABLE seen AS SELECT current_setting('work_mem') AS mem; SET work_mem = '9MB';",
    "2024-01-02-002-b.sql": "INSERT INTO seen SELECT current_setting('work_mem');",
  });
  expect(await project.veza("migrate", { env: { PGOPTIONS: "-c work_mem=3MB" } })).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT mem FROM seen`).toEqual([{ mem: "3MB" }, { mem: "3MB" }]);
});

test("a database whose strings are nonstandard is read as the files are written", async ({ database }) => {
  await database.sql.unsafe(`ALTER DATABASE ${database.name} SET standard_conforming_strings = off`);
  await database.sql.unsafe(`ALTER DATABASE ${database.name} SET search_path = nowhere`);
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-a.sql": "CREATE TABLE public.t AS SELECT 'C:\\' AS path; SELECT 'x\\';",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT path FROM public.t`).toEqual([{ path: "C:\\" }]);
  expect(
    await database.sql`SELECT sql_content LIKE '%C:%' AS kept, position(chr(92) IN sql_content) > 0 AS slashed FROM public.migrations`,
  ).toEqual([{ kept: true, slashed: true }]);
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
});

test("a database whose transactions are serializable by default", async ({ database }) => {
  await database.sql.unsafe(
    `ALTER DATABASE ${database.name} SET default_transaction_isolation = serializable`,
  );
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-a.sql": "CREATE TABLE t ();",
    "2024-01-01-002-b.sql": "CREATE TABLE u ();",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
});

test("a database in another encoding holds the history too", async () => {
  for (const encoding of ["LATIN1", "SQL_ASCII"]) {
    await using database = await databaseIn(encoding);
    await using project = await migrationProject(database.url, {
      "2024-01-01-001-größe.sql": "CREATE TABLE \"größe\" AS SELECT 'ü' AS u;",
    });
    expect([encoding, (await project.veza("migrate")).code]).toEqual([encoding, 0]);
    expect((await project.veza("migrate verify")).code).toBe(0);
  }
});
