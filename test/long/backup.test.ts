/** The wide runs: ten kills, two hundred bytes, forty days of failures. */
import { readFile, writeFile } from "node:fs/promises";
import { cpSync } from "node:fs";
import { basename, join } from "node:path";
import { describe } from "vitest";
import { filesBelow } from "../../src/backup/files.ts";
import { seal } from "../../src/backup/seal.ts";
import { backupProject, fillDatabase, hasClients, manifestOf, namesIn } from "../backup/support/backup.ts";
import { expectNoLies, sessionsIn, start, stopAfter, unfinishedIn } from "../faults/support/backup-run.ts";
import { restoreSteps, stopAtSteps } from "../faults/support/stop-restore.ts";
import { eventually } from "../migrate/support/veza.ts";
import { expect, test } from "../support/database.ts";

describe.runIf(hasClients)("backups under wide faults", () => {
  test("SIGKILL at ten random moments", async ({ database }) => {
    await fillDatabase(database, 100_000);
    await using project = await backupProject(database.url);
    const begun = performance.now();
    expect((await start(project, ["backup"]).ended).code).toBe(0);
    const usual = performance.now() - begun;
    for (let kill = 0; kill < 10; kill++) {
      const code = await stopAfter(start(project, ["backup"]), Math.random() * usual, "SIGKILL");
      expect([0, 137, 4]).toContain(code); // 4: the killed one's session still holds its lock
      await expectNoLies(project, database);
    }
    await eventually(
      () => start(project, ["backup"]).ended,
      ({ code }) => code === 0,
      "a backup to go through",
    );
    // One that was killed before it could write whose its draft is leaves an empty folder, which goes after an hour.
    const drafts = unfinishedIn(project, database).map((name) =>
      join(project.backupsDir, database.name, name),
    );
    for (const draft of drafts) expect(namesIn(draft).filter((name) => name !== "draft.json")).toEqual([]);
    await eventually(
      () => sessionsIn(database.name),
      ({ length }) => length === 0,
      "the sessions to go",
    );
  });

  test.each(["SIGKILL", "cut"] as const)("a restore that is stopped by %s at each step", async (how) => {
    await stopAtSteps(how, restoreSteps);
  });

  test("each of two hundred random bytes flipped", async ({ database }) => {
    await fillDatabase(database, 200);
    await using project = await backupProject(database.url);
    const { id, path } = await project.backup();
    const files = (await filesBelow(String(path))).filter((file) => basename(file) !== "verified.json");
    const sizes = await Promise.all(files.map(async (file) => ({ file, whole: await readFile(file) })));
    const total = sizes.reduce((sum, { whole }) => sum + whole.length, 0);
    for (let flip = 0; flip < 200; flip++) {
      let at = Math.floor(Math.random() * total);
      const { file, whole } = sizes.find((one) =>
        at < one.whole.length ? true : ((at -= one.whole.length), false),
      ) ?? { file: "", whole: Buffer.alloc(0) };
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
      await writeFile(file, flipped);
      const { code } = await project.veza(["backup", "verify", String(id), "--level", "hash"]);
      expect([file, at, code]).toEqual([file, at, 1]);
      await writeFile(file, whole);
    }
    expect((await project.veza(["backup", "verify", String(id)])).code).toBe(0);
  });

  test("forty days of failing runs take nothing away; the first good one prunes by the rules", async ({
    database,
  }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const { path, id } = await project.backup();
    const { checksum: _, ...manifest } = (await manifestOf(String(path))) as unknown as Record<
      string,
      unknown
    >;
    for (let day = 41; day < 71; day++) {
      const time = new Date(Date.now() - day * 86_400_000);
      const old = `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z-${String(day).padStart(8, "0")}`;
      cpSync(String(path), join(String(path), "..", old), { recursive: true });
      await writeFile(
        join(String(path), "..", old, "manifest.json"),
        seal({ ...manifest, id: old, startedAt: time.toISOString() }),
      );
    }
    const folder = join(project.backupsDir, database.name);
    const before = namesIn(folder);
    const failing = { DATABASE_URL: database.url, VEZA_DB_BACKUP_BEFORE: "/bin/false" };
    for (let day = 0; day < 40; day++) {
      expect((await project.veza("backup", { env: failing })).code).toBe(5);
      expect((await project.veza("backup prune --force")).code).toBe(4);
    }
    expect(namesIn(folder)).toEqual([...before, "failed.json"].toSorted());
    // Over half would go at once: that needs a word.
    const first = await project.veza("backup --json");
    expect(first.json()["warnings"]).toEqual([expect.stringContaining("more than half")]);
    expect((await project.veza("backup prune --force --json")).data()["pruned"]).toHaveLength(30);
    expect(namesIn(folder)).toEqual([String(id), String(first.data()["id"])].toSorted());
  });
});
