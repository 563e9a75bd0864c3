/** Dumps by a newer pg_dump than the server's: its programs set what servers before 17 do not know. */
import { describe, inject } from "vitest";
import { dumpedFrom } from "../../src/backup/archive.ts";
import { findClient } from "../../src/backup/clients.ts";
import { withoutForgiven } from "../../src/backup/restore/load.ts";
import { createDatabase, expect, onServer, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { backupProject, clientsOfVersion, contentsOf, fillDatabase, hasClients } from "./support/backup.ts";

const { major } = inject("server");
const isOlder = skipUnless(major < 17, "the server knows transaction_timeout");

const forgiven = [
  'pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter "transaction_timeout"',
  "Command was: SET transaction_timeout = 0;",
  "",
].join("\n");
const others = [
  'pg_restore: error: could not execute query: ERROR:  relation "t" does not exist',
  "Command was: ALTER TABLE t ADD PRIMARY KEY (id);",
  "",
].join("\n");

test.each([
  ["the one complaint", `${forgiven}pg_restore: warning: errors ignored on restore: 1`, ""],
  [
    "one for each session",
    `${forgiven}${forgiven}${forgiven}pg_restore: warning: errors ignored on restore: 2`,
    "",
  ],
  [
    "another one beside it",
    `${forgiven}${others}${forgiven}pg_restore: warning: errors ignored on restore: 3`,
    others.trim(),
  ],
  ["another one alone", others, others.trim()],
  [
    "one that ends it all",
    `${forgiven}pg_restore: error: connection lost`,
    "pg_restore: error: connection lost",
  ],
  ["nothing", "", ""],
])("what pg_restore complains of: %s", (_what, stderr, rest) => {
  expect(withoutForgiven(stderr)).toBe(rest);
});

test("whence a dump comes", () => {
  expect(dumpedFrom(";\n;     Dumped from database version: 18.6 (Debian 18.6-3)\n")).toBe(18);
  expect(dumpedFrom("--\n-- Dumped from database version 9.6.24\n")).toBe(9);
  expect(dumpedFrom("SELECT 1;")).toBeUndefined();
});

const newer = await findClient({ name: "pg_dump", atLeast: 17, folder: undefined, because: "" }).catch(
  () => undefined,
);
const hasNewer = skipUnless(newer !== undefined, "no pg_dump of 17 or newer");

describe.runIf(isOlder && hasClients)("into an older server", () => {
  test("a script goes, without the setting", async ({ database }) => {
    await using project = await backupProject(database.url);
    await project.write("dump.sql", "SET transaction_timeout = 0;\nCREATE TABLE here (id int);\n");
    await using target = await createDatabase();
    const restored = await project.veza(
      ["restore", "dump.sql", "--trust", "--into", `${target.name}_new`, "--yes"],
      {
        env: { VEZA_DB_BACKUP_PROGRAMS: await clientsOfVersion(project, `${major}.99`) },
      },
    );
    expect(restored.code, restored.stderr).toBe(0);
    await onServer((admin) => admin.unsafe(`DROP DATABASE "${target.name}_new"`));
  });

  test.runIf(hasNewer)(
    "a backup goes back to where it came from; in place it is refused in words",
    async ({ database }) => {
      await fillDatabase(database, 50);
      const before = await contentsOf(database);
      await using project = await backupProject(database.url);
      const folder = newer?.path.replace(/\/pg_dump$/, "") ?? "";
      const env = { VEZA_DB_BACKUP_PROGRAMS: folder };
      for (const format of ["directory", "custom", "plain"]) {
        expect((await project.veza(["backup", "--format", format], { env })).code).toBe(0);
        const back = await project.veza(["restore", "latest", "--confirm", database.name, "--json"], { env });
        expect(back.code, back.stderr).toBe(0);
        expect(await contentsOf(database)).toBe(before);
        await project.veza(["restore", "--drop-old", "--confirm", database.name]);
      }
      expect((await project.veza("backup", { env })).code).toBe(0);
      const inPlace = await project.veza(
        ["restore", "latest", "--in-place", "--confirm", database.name, "--json"],
        { env },
      );
      expect(inPlace.error()).toMatchObject({ code: "restore.in-place-newer", exitCode: 4 });
    },
  );
});
