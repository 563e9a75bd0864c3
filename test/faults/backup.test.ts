/** Backups that are killed, starved, cut off and disturbed: nothing is lost, nothing lies (test/long has the wide runs). */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test as plainTest } from "vitest";
import { ensureServer, stopServer } from "../../src/dev/server.ts";
import { filesBelow } from "../../src/backup/files.ts";
import {
  backupProject,
  client,
  fillDatabase,
  hasClients,
  manifestOf,
  namesIn,
  writeProgram,
} from "../backup/support/backup.ts";
import type { BackupProject } from "../backup/support/backup.ts";
import { eventually } from "../migrate/support/veza.ts";
import { createDatabase, expect, onServer, test } from "../support/database.ts";
import { binariesDir, wishedMajor } from "../support/servers.ts";
import { skipHereUnless } from "../support/skip.ts";
import { expectNoLies, sessionsIn, start, stopAfter, unfinishedIn } from "./support/backup-run.ts";

/** pg_dump that waits at its beginning, with its first files written, until it is let go. */
async function slowDump(project: BackupProject): Promise<Readonly<Record<string, string>>> {
  for (const name of ["pg_restore", "pg_dumpall"] as const)
    await writeProgram(project, `slow/${name}`, `#!/bin/sh\nexec "${(await client(name)).path}" "$@"\n`);
  const { path } = await client("pg_dump");
  await writeProgram(
    project,
    "slow/pg_dump",
    `#!/bin/sh\ncase "$*" in *--snapshot=*) ;; *) exec "${path}" "$@" ;; esac\ntouch "${project.path("begun")}"\nwhile [ ! -e "${project.path("go")}" ]; do sleep 0.02; done\nexec "${path}" "$@"\n`,
  );
  return { VEZA_DB_BACKUP_PROGRAMS: project.path("slow") };
}

describe.runIf(hasClients)("a backup that is stopped", () => {
  test("by SIGKILL at a few moments: no finished name lies, the next run sweeps up", async ({ database }) => {
    await fillDatabase(database, 30_000);
    await using project = await backupProject(database.url);
    await project.backup();
    for (const ms of [250, 400, 550]) {
      await stopAfter(start(project, ["backup"]), ms, "SIGKILL");
      await expectNoLies(project, database);
    }
    // What pg_dump still does for its dead master is ended by the next run.
    await project.backup();
    expect(unfinishedIn(project, database)).toEqual([]);
    await eventually(
      () => sessionsIn(database.name),
      ({ length }) => length === 0,
      "the sessions to go",
    );
    expect((await expectNoLies(project, database)).length).toBeGreaterThanOrEqual(2);
  });

  test("by SIGTERM: 143, no child, no session, no draft", async ({ database }) => {
    await fillDatabase(database, 1000);
    await using project = await backupProject(database.url);
    const running = start(project, ["backup"], await slowDump(project));
    await eventually(
      async () => statOf(project.path("begun")),
      (found) => found,
      "pg_dump to begin",
    );
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([143, expect.stringContaining("Stopped by SIGTERM")]);
    expect(unfinishedIn(project, database)).toEqual([]);
    await eventually(
      () => sessionsIn(database.name),
      ({ length }) => length === 0,
      "the sessions to go",
    );
    expect(await expectNoLies(project, database)).toEqual([]);
  });

  test("by an administrator who ends the session that holds the snapshot, or pg_dump's: exit 5, nothing published", async ({
    database,
  }) => {
    await fillDatabase(database, 1000);
    await using project = await backupProject(database.url);
    const env = await slowDump(project);
    for (const victim of ["veza-db backup", "veza-db backup 2%"]) {
      rmSync(project.path("begun"), { force: true });
      rmSync(project.path("go"), { force: true });
      const running = start(project, ["backup", "--json"], env);
      await eventually(
        async () => statOf(project.path("begun")),
        (found) => found,
        "pg_dump to begin",
      );
      if (victim.endsWith("%")) {
        // A lock on a table holds pg_dump up while it has a session.
        await database.sql.begin(async (transaction) => {
          await transaction`LOCK TABLE notes IN ACCESS EXCLUSIVE MODE`;
          await project.write("go", "");
          await eventually(
            () => endSessions(database.name, victim),
            ({ length }) => length > 0,
            "pg_dump's session",
          );
        });
      } else {
        await eventually(
          () => endSessions(database.name, victim),
          ({ length }) => length > 0,
          "the session",
        );
        await project.write("go", "");
      }
      const { code, stderr } = await running.ended;
      // 3 where it was about to open another session.
      expect([3, 5]).toContain(code);
      expect(stderr).toContain("Nothing was published");
      expect(await expectNoLies(project, database)).toEqual([]);
      expect(unfinishedIn(project, database)).toEqual([]);
    }
  });

  test("two at once: the second exits 4 and the first goes on", async ({ database }) => {
    await fillDatabase(database, 1000);
    await using project = await backupProject(database.url);
    const first = start(project, ["backup"], await slowDump(project));
    await eventually(
      async () => statOf(project.path("begun")),
      (found) => found,
      "pg_dump to begin",
    );
    const second = await project.veza("backup --json");
    expect(second.error()).toMatchObject({ code: "backup.running", exitCode: 4 });
    // Neither does a migration queue behind it.
    await project.write("migrations/2026-01-01-001-x.sql", "ALTER TABLE notes ADD COLUMN x int;");
    expect((await project.veza("migrate --lock-wait 200ms --json")).error()).toMatchObject({
      code: "migrate.lock-held",
    });
    await project.write("go", "");
    expect((await first.ended).code).toBe(0);
    expect(await expectNoLies(project, database)).toHaveLength(1);
  });

  test("tables that come, change and go during the dump: the snapshot, or a failure; never a dump that lies", async ({
    database,
  }) => {
    await fillDatabase(database, 1000);
    await using project = await backupProject(database.url);
    const running = start(project, ["backup"], await slowDump(project));
    await eventually(
      async () => statOf(project.path("begun")),
      (found) => found,
      "pg_dump to begin",
    );
    await database.sql`CREATE TABLE late (id int)`;
    // While the counts are made it waits for them, and then goes on: nothing of ours holds a table to the end.
    await database.sql`ALTER TABLE people ADD COLUMN later int DEFAULT 7`;
    await database.sql`INSERT INTO late VALUES (1)`;
    await project.write("go", "");
    const { code } = await running.ended;
    if (code === 0) {
      const [name = ""] = namesIn(join(project.backupsDir, database.name));
      const manifest = await manifestOf(join(project.backupsDir, database.name, name));
      expect(manifest.tables.map((table) => table.name)).not.toContain("late");
    } else {
      expect(code).toBe(5);
    }
    await expectNoLies(project, database);
  });
});

describe.runIf(hasClients)("surroundings that fail", () => {
  plainTest("a disk of 20 MB: exit 3, the earlier backup whole, no draft", async (context) => {
    await using database = await createDatabase();
    await using project = await backupProject(database.url);
    const disk = project.path("disk");
    mkdirSync(disk);
    skipHereUnless(context, mount(disk), "a tmpfs needs root");
    try {
      await fillDatabase(database, 1000);
      const dir = ["--dir", disk];
      expect((await project.veza(["backup", ...dir, "--json"])).code).toBe(0);
      await database.sql`CREATE TABLE big AS SELECT sha256(g::text::bytea)::text || sha256((g * 7)::text::bytea)::text AS noise FROM generate_series(1, 300000) g`;
      const full = await project.veza(["backup", ...dir, "--json"]);
      expect(full.error()).toMatchObject({ code: "backup.disk-full", exitCode: 3 });
      const names = namesIn(join(disk, database.name));
      expect(names.filter((name) => name.startsWith("."))).toEqual([]);
      const [first = ""] = names;
      expect((await project.veza(["backup", "verify", first, ...dir])).code).toBe(0);
      // Less free than the last one took: said before anything is written.
      await writeFile(join(disk, "filler"), Buffer.alloc(statfsFree(disk) - 20_000));
      expect((await project.veza(["backup", ...dir, "--json"])).error()).toMatchObject({
        code: "backup.no-room",
        exitCode: 3,
      });
    } finally {
      execFileSync("umount", ["-l", disk]);
    }
  });

  plainTest(
    "a disk that takes one file less than is wanted, whichever that is, the manifest too: exit 3, nothing left",
    async (context) => {
      await using database = await createDatabase();
      await using project = await backupProject(database.url);
      const disk = project.path("disk");
      mkdirSync(disk);
      await database.sql`CREATE TABLE one (id int)`;
      const missed: string[] = [];
      for (let files = 6, isDone = false; !isDone; files++) {
        skipHereUnless(context, mount(disk, `size=20m,nr_inodes=${files}`), "a tmpfs needs root");
        try {
          const made = await project.veza(["backup", "--dir", disk, "--json"]);
          isDone = made.code === 0;
          if (isDone) continue;
          expect(made.error()).toMatchObject({
            code: "backup.disk-full",
            exitCode: 3,
            stateText: expect.stringContaining("Nothing was published"),
          });
          missed.push(String(made.error()["detail"]));
          expect(namesIn(join(disk, database.name)).filter((name) => name !== "failed.json")).toEqual([]);
        } finally {
          execFileSync("umount", ["-l", disk]);
        }
      }
      expect(missed.at(-1)).toContain("manifest.json");
    },
  );

  test("a server that is killed in the middle: nothing published; a run against the server when it is back succeeds", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    const options = {
      stateDir: project.path("own/.veza"),
      pgVersion: wishedMajor(),
      binariesDir,
      settings: { fsync: "off" },
    };
    const server = await ensureServer(options);
    try {
      const env = { ...(await slowDump(project)), DATABASE_URL: server.url };
      const running = start(project, ["backup"], env);
      await eventually(
        async () => statOf(project.path("begun")),
        (found) => found,
        "pg_dump to begin",
      );
      process.kill(server.pid, "SIGKILL");
      await project.write("go", "");
      const { code, stderr } = await running.ended;
      // 3 where it was about to open another session.
      expect([3, 5]).toContain(code);
      expect(stderr).toContain("Nothing was published");
      const again = await ensureServer(options);
      const folder = project.path("backups/veza");
      expect(namesIn(folder).filter((name) => name !== "failed.json")).toEqual([]);
      expect((await project.veza("backup", { env: { DATABASE_URL: again.url } })).code).toBe(0);
    } finally {
      await stopServer(options);
    }
  });
});

describe.runIf(hasClients)("a drill", () => {
  test("that is killed leaves its server to the next one, which takes it along", async ({ database }) => {
    await fillDatabase(database, 20);
    await using project = await backupProject(database.url);
    await project.backup();
    const verify = ["backup", "verify", "--level", "restore"];
    const major = (await client("pg_restore")).major;
    const postmaster = (): string | undefined =>
      readdirSync(project.path(`.veza/drill/server-${major}/postgres`), { recursive: true })
        .map(String)
        .find((name) => name.endsWith("postmaster.pid"));
    const running = start(project, verify);
    await eventually(
      // initdb has servers of its own for a moment.
      async () => {
        const log = project.path(`.veza/drill/server-${major}/postgres/${major}.log`);
        return statOf(log) && readFileSync(log, "utf8").includes("ready to accept connections");
      },
      (is) => is,
      "the drill's server",
    );
    running.child.kill("SIGKILL");
    await running.ended;
    expect(postmaster()).toBeDefined();
    expect((await project.veza(verify)).code).toBe(0);
    expect(postmaster()).toBeUndefined();
  });
});

describe.runIf(hasClients)("damage", () => {
  test("each of a few bytes flipped, each file cut and removed: never called good", async ({ database }) => {
    await fillDatabase(database, 20);
    await using project = await backupProject(database.url);
    const { id, path } = await project.backup("--jobs 1");
    const files = (await filesBelow(String(path))).filter((file) => !file.endsWith("verified.json"));
    const isFound = async (what: string): Promise<void> => {
      expect([what, (await project.veza(["backup", "verify", String(id), "--level", "hash"])).code]).toEqual([
        what,
        1,
      ]);
    };
    for (const file of files) {
      const whole = await readFile(file);
      const at = Math.floor(whole.length / 2);
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 16;
      await writeFile(file, flipped);
      await isFound(`flipped ${file}`);
      await writeFile(file, whole);
      await truncate(file, whole.length - 1);
      await isFound(`cut ${file}`);
      await rm(file);
      await isFound(`removed ${file}`);
      await writeFile(file, whole);
    }
    expect((await project.veza(["backup", "verify", String(id), "--level", "read"])).code).toBe(0);
  });
});

function statOf(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

async function endSessions(database: string, application: string): Promise<readonly unknown[]> {
  return onServer(
    (admin) => admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = ${database} AND application_name LIKE ${application} AND (${!application.endsWith("%")} OR wait_event_type = 'Lock')`,
  );
}

function mount(folder: string, options = "size=20m"): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function statfsFree(folder: string): number {
  const [, line = ""] = execFileSync("df", ["--output=avail", "-B1", folder]).toString().trim().split("\n");
  return Number(line);
}
