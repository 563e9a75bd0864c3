/** Dumps that veza-db did not make: trusted by a flag, read by a mended program, restored by nobody of importance. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe } from "vitest";
import { createDatabase, expect, onServer, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import {
  backupProject,
  client,
  clientsOfVersion,
  contentsOf,
  fillDatabase,
  hasClients,
} from "./support/backup.ts";
import type { BackupProject } from "./support/backup.ts";

/** As the document's script does it. */
async function dumpAs(database: TestDatabase, args: readonly string[]): Promise<Buffer> {
  const { path } = await client("pg_dump");
  return execFileSync(path, [...args, database.url], { maxBuffer: 100_000_000 });
}

async function restoreAs(
  project: BackupProject,
  file: string,
  work: (restored: TestDatabase, result: Awaited<ReturnType<BackupProject["veza"]>>) => Promise<void>,
): Promise<void> {
  // Programs of a release without the holes; what they do is what the real ones do.
  const programs = await clientsOfVersion(project, `${(await client("psql")).major}.99`);
  await using target = await createDatabase();
  const result = await project.veza(["restore", file, "--trust", "--confirm", target.name, "--json"], {
    env: { DATABASE_URL: target.url, VEZA_DB_BACKUP_PROGRAMS: programs },
  });
  await work(target, result);
  const old = await onServer(
    (admin) =>
      admin<
        { datname: string }[]
      >`SELECT datname FROM pg_database WHERE starts_with(datname, ${`${target.name}__old_`})`,
  );
  for (const { datname } of old) await onServer((admin) => admin.unsafe(`DROP DATABASE "${datname}"`));
  const left = await onServer(
    (admin) => admin`SELECT rolname FROM pg_roles WHERE rolname LIKE 'veza_restore_%'`,
  );
  expect(left).toEqual([]);
}

describe.runIf(hasClients)("a dump of somebody else's", () => {
  test("plain, packed, custom and tar are restored, with the rows and without the superuser", async ({
    database,
  }) => {
    await fillDatabase(database, 100);
    const before = await contentsOf(database);
    await using project = await backupProject(database.url);
    const plain = await dumpAs(database, []);
    await project.write("dump.sql", plain);
    await project.write("dump.sql.gz", gzipSync(plain));
    await project.write("dump.pgdump", await dumpAs(database, ["-Fc"]));
    await project.write("dump.tar", await dumpAs(database, ["-Ft"]));
    for (const file of ["dump.sql", "dump.sql.gz", "dump.pgdump", "dump.tar"]) {
      await restoreAs(project, file, async (restored, result) => {
        expect(result.code, `${file} ${result.stderr}`).toBe(0);
        expect(await contentsOf(restored), file).toBe(before);
        expect(
          (
            await restored.sql`SELECT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname = 'people'`
          )[0],
        ).toEqual({
          owner: new URL(restored.url).username,
        });
      });
    }
  });

  test("without --trust: exit 4; with a program that has the holes: exit 3, naming the release", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    await project.write("dump.sql", "SELECT 1;");
    const refused = await project.veza(["restore", "dump.sql", "--confirm", database.name, "--json"]);
    expect(refused.error()).toMatchObject({ code: "restore.not-trusted", exitCode: 4 });
    const programs = await clientsOfVersion(project, "15.19");
    const unsafe = await project.veza(
      ["restore", "dump.sql", "--trust", "--confirm", database.name, "--json"],
      {
        env: { VEZA_DB_BACKUP_PROGRAMS: programs },
      },
    );
    expect(unsafe.error()).toMatchObject({ code: "program.unsafe", exitCode: 3, neededVersion: "15.20" });
  });

  test("commands for psql, a cut dump, and one that wants the superuser: refused or failed, nothing run, nothing changed", async ({
    database,
  }) => {
    await fillDatabase(database, 20);
    const plain = (await dumpAs(database, [])).toString("latin1");
    await using project = await backupProject(database.url);
    const mark = project.path("mark");
    const evil: [string, string | Buffer, object][] = [
      ["a command at the end", `${plain}\n\\! touch ${mark}\n`, { code: "sql.script-command", exitCode: 4 }],
      [
        "a command after rows",
        plain.replace("\n\\.\n", `\n\\.\n\\! touch ${mark}\n`),
        { code: "sql.script-command", exitCode: 4 },
      ],
      ["a backquote", `SELECT 1;\n\\set x \`touch ${mark}\`\n`, { code: "sql.script-command", exitCode: 4 }],
      [
        "cut in the middle of rows",
        plain.slice(0, plain.indexOf("person 10\t")),
        { code: "sql.script-cut", exitCode: 4 },
      ],
      [
        "cut between statements",
        plain.slice(0, plain.indexOf("-- Name: notes; Type")),
        { code: "restore.dump-cut", exitCode: 4 },
      ],
      [
        "a program by COPY",
        `COPY (SELECT 1) TO PROGRAM 'touch ${mark}';`,
        { code: "restore.load-failed", exitCode: 5 },
      ],
      [
        "back to the superuser",
        `RESET SESSION AUTHORIZATION; RESET ROLE; COPY (SELECT 1) TO PROGRAM 'touch ${mark}';`,
        { code: "restore.load-failed", exitCode: 5 },
      ],
      ["what a failed pipe leaves", gzipSync(""), { code: "restore.dump-empty", exitCode: 4 }],
      ["comments alone", "-- nothing\n\n", { code: "restore.dump-empty", exitCode: 4 }],
      ["a packed one that is cut", gzipSync(Buffer.from(plain, "latin1")).subarray(0, 2000), { exitCode: 4 }],
    ];
    for (const [what, text, expected] of evil) {
      await project.write("evil.sql", typeof text === "string" ? Buffer.from(text, "latin1") : text);
      await restoreAs(project, "evil.sql", async (restored, result) => {
        expect(result.error(), what).toMatchObject(expected);
        expect(await restored.sql`SELECT 1 FROM pg_class WHERE relname = 'people'`, what).toEqual([]);
      });
    }
    expect(existsSync(mark)).toBe(false);
  });

  test("a folder with a file that is cut, which pg_restore would take for all of it: refused", async ({
    database,
  }) => {
    await fillDatabase(database, 3000);
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const dump = join(String(path), "dump");
    const [largest = ""] = readdirSync(dump)
      .filter((name) => name !== "toc.dat")
      .toSorted((a, b) => statSync(join(dump, b)).size - statSync(join(dump, a)).size);
    await truncate(join(dump, largest), 0);
    await restoreAs(project, dump, async (restored, result) => {
      expect(result.error()).toMatchObject({ code: "restore.dump-cut", exitCode: 4 });
      expect(await restored.sql`SELECT 1 FROM pg_class WHERE relname = 'people'`).toEqual([]);
    });
  });
});
