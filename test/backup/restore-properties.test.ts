/** What belongs to a database and is not inside it: template, tablespace, limits, locale; and what stands in a restore's way. */
import postgres from "postgres";
import { describe, test as plainTest } from "vitest";
import { creationOptions, propertyStatements } from "../../src/backup/restore/properties.ts";
import type { DatabaseProperties } from "../../src/backup/model.ts";
import { createRole } from "../migrate/support/role.ts";
import { createDatabase, expect, onServer, test } from "../support/database.ts";
import { skipHereUnless } from "../support/skip.ts";
import { backupProject, fillDatabase, hasClients, manifestOf } from "./support/backup.ts";

const properties: DatabaseProperties = {
  owner: "me",
  encoding: "UTF8",
  collate: "C",
  ctype: "C",
  provider: "c",
  locale: null,
  icuRules: null,
  connectionLimit: -1,
  isTemplate: false,
  tablespace: "pg_default",
  comment: null,
  labels: [],
  privileges: null,
  settings: [],
};

describe.runIf(hasClients)("a database that is a template, has limits and lies elsewhere", () => {
  test("is backed up, drilled, replaced, and its old one dropped", async ({ database }) => {
    await fillDatabase(database, 10);
    const name = `"${database.name}"`;
    await database.sql.unsafe(
      `ALTER DATABASE ${name} IS_TEMPLATE true; ALTER DATABASE ${name} CONNECTION LIMIT 50;
       ALTER DATABASE ${name} SET statement_timeout = '300ms'; ALTER DATABASE ${name} SET default_transaction_read_only = on`,
    );
    try {
      await using project = await backupProject(database.url);
      await project.backup();
      const drilled = await project.veza([
        "backup",
        "verify",
        "--level",
        "restore",
        "--server",
        database.url,
      ]);
      expect(drilled.code, drilled.stderr + drilled.stdout).toBe(0);
      const restored = await project.veza(["restore", "latest", "--confirm", database.name, "--json"]);
      expect(restored.code, restored.stderr).toBe(0);
      const [is] = await onServer(
        (admin) =>
          admin`SELECT datistemplate, datconnlimit FROM pg_database WHERE datname = ${database.name}`,
      );
      expect(is).toEqual({ datistemplate: true, datconnlimit: 50 });
      const dropped = await project.veza(["restore", "--drop-old", "--confirm", database.name, "--json"]);
      expect(dropped.data()).toMatchObject({ dropped: [restored.data()["previousDatabase"]] });
    } finally {
      await onServer((admin) => admin.unsafe(`ALTER DATABASE ${name} IS_TEMPLATE false`));
    }
  });

  plainTest("goes back to its tablespace", async (context) => {
    await using database = await createDatabase();
    const space = `elsewhere_${database.name}`;
    await database.sql.end();
    await onServer(async (admin) => {
      await admin.unsafe("SET allow_in_place_tablespaces = on").catch(() => {});
      await admin.unsafe(`CREATE TABLESPACE "${space}" LOCATION ''`).catch(() => {});
    });
    const [there] = await onServer((admin) => admin`SELECT FROM pg_tablespace WHERE spcname = ${space}`);
    skipHereUnless(context, there !== undefined, "tablespaces in place came with PostgreSQL 15");
    await onServer((admin) => admin.unsafe(`ALTER DATABASE "${database.name}" SET TABLESPACE "${space}"`));
    await using project = await backupProject(database.url);
    await project.backup();
    const restored = await project.veza(["restore", "latest", "--confirm", database.name, "--json"]);
    const lies = await onServer(
      (admin) =>
        admin`SELECT t.spcname FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = ${database.name}`,
    );
    await onServer(async (admin) => {
      await admin.unsafe(`DROP DATABASE "${String(restored.data()["previousDatabase"])}"`);
      await admin.unsafe(`ALTER DATABASE "${database.name}" SET TABLESPACE pg_default`);
      await admin.unsafe(`DROP TABLESPACE "${space}"`);
    });
    expect(lies).toEqual([{ spcname: space }]);
  });
});

describe.runIf(hasClients)("what an extension brings", () => {
  plainTest(
    "is nobody's who must be there: a role without the superuser restores its own database",
    async (context) => {
      await using database = await createDatabase();
      const [trusted] =
        await database.sql`SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted`;
      skipHereUnless(context, trusted !== undefined, "the server lacks pg_trgm");
      await using role = await createRole(database, "CREATEDB");
      await database.sql.unsafe(`ALTER DATABASE "${database.name}" OWNER TO ${role.name}`);
      await using project = await backupProject(role.url);
      await using own = {
        sql: postgres(role.url, { max: 1, onnotice: () => {} }),
        [Symbol.asyncDispose]: () => own.sql.end(),
      };
      await own.sql.unsafe(
        "CREATE SCHEMA mine; CREATE EXTENSION pg_trgm SCHEMA mine; CREATE TABLE mine.notes AS SELECT 1 AS id",
      );
      const { path } = await project.backup();
      expect((await manifestOf(String(path))).roles).toEqual([role.name]);
      const restored = await project.veza([
        "restore",
        "latest",
        "--into",
        `${database.name}_b`,
        "--yes",
        "--json",
      ]);
      await onServer((admin) => admin.unsafe(`DROP DATABASE IF EXISTS "${database.name}_b"`));
      await onServer((admin) => admin.unsafe(`ALTER DATABASE "${database.name}" OWNER TO CURRENT_USER`));
      await database.sql.unsafe("DROP SCHEMA mine CASCADE");
      expect(restored.code, restored.stderr).toBe(0);
    },
  );
});

test("what CREATE DATABASE is told, by the server's major", () => {
  const icu: DatabaseProperties = { ...properties, provider: "i", locale: "de", icuRules: "&a < b" };
  const builtin: DatabaseProperties = { ...properties, provider: "b", locale: "C.UTF-8" };
  const cases: [DatabaseProperties, number, string][] = [
    [properties, 14, ""],
    [properties, 18, " LOCALE_PROVIDER libc"],
    [{ ...properties, provider: null }, 15, " LOCALE_PROVIDER libc"],
    [icu, 14, ""],
    [icu, 15, " LOCALE_PROVIDER icu ICU_LOCALE 'de'"],
    [icu, 16, " LOCALE_PROVIDER icu ICU_LOCALE 'de' ICU_RULES '&a < b'"],
    [builtin, 16, " LOCALE_PROVIDER libc"],
    [builtin, 17, " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"],
  ];
  for (const [given, major, more] of cases)
    expect(creationOptions(given, major)).toBe(`ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'${more}`);
  expect(creationOptions(properties, 14, 'fa"st')).toContain(` TABLESPACE "fa""st"`);
});

test("security labels are put back", () => {
  expect(
    propertyStatements(
      "db",
      { ...properties, labels: [{ provider: "sel", label: "it's" }] },
      { withOwner: false, withPrivileges: false },
    ),
  ).toEqual([`SECURITY LABEL FOR "sel" ON DATABASE "db" IS 'it''s'`]);
});
