/** `backup verify` and `backup prune` on disk. */
import { cpSync, existsSync, readdirSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "vitest";
import { seal } from "../../src/backup/seal.ts";
import { expect, test } from "../support/database.ts";
import { backupProject, fillDatabase, flipByte, hasClients, manifestOf, namesIn } from "./support/backup.ts";

/** The same backup once more, as if it had been made so many days ago. */
async function agedCopy(path: string, days: number): Promise<string> {
  const { checksum: _, ...manifest } = (await manifestOf(path)) as unknown as Record<string, unknown>;
  const time = new Date(Date.now() - days * 86_400_000);
  const id = `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z-${String(Math.abs(days)).padStart(8, "0")}`;
  const to = join(path, "..", id);
  cpSync(path, to, { recursive: true });
  await writeFile(join(to, "manifest.json"), seal({ ...manifest, id, startedAt: time.toISOString() }));
  return id;
}

describe.runIf(hasClients)("backup verify", () => {
  test("each level holds those before it, and the result is kept beside the backup", async ({ database }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    const checksOf = async (level: string): Promise<string[]> => {
      const called = await project.veza([
        "backup",
        "verify",
        "--level",
        level,
        "--json",
        ...(level === "restore" ? ["--server", database.url] : []),
      ]);
      expect(called).toMatchObject({ code: 0 });
      const checks = called.data()["checks"] as { check: string }[];
      return checks.map(({ check }) => check);
    };
    expect(await checksOf("list")).toEqual(["files", "contents"]);
    expect(await checksOf("hash")).toEqual(["files", "contents", "hashes"]);
    expect(await checksOf("read")).toEqual(["files", "contents", "hashes", "read"]);
    expect(await checksOf("restore")).toEqual([
      "files",
      "contents",
      "hashes",
      "read",
      "restore",
      "rows",
      "large objects",
      "schema",
    ]);
    const kept: unknown = JSON.parse(await readFile(join(String(path), "verified.json"), "utf8"));
    expect(kept).toMatchObject({
      verifications: ["read", "list", "hash", "read", "restore"].map((level) => ({ level, ok: true })),
    });
    expect(existsSync(project.path(".veza/last/backup verify.json"))).toBe(true);
    const left =
      await database.sql`SELECT FROM pg_database WHERE datname LIKE 'veza_restore_%' AND NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')`;
    expect(left).toHaveLength(0);
  });

  test("a backup that was only listed is not called verified", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { path } = await project.backup();
    await rm(join(String(path), "verified.json"));
    const called = await project.veza("backup verify --level list");
    expect(called.stdout).toContain("It was only listed, not verified.");
    expect((await project.veza("backup list --json")).data()["backups"]).toMatchObject([
      { ok: true, verifiedAt: null },
    ]);
  });

  test("assertions: true passes; false, null, nothing and a mistake do not", async ({ database }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    await project.backup();
    const ask = async (sql: string): Promise<number> => {
      await project.write("check.sql", sql);
      return (
        await project.veza([
          "backup",
          "verify",
          "--level",
          "restore",
          "--server",
          database.url,
          "--assert",
          "check.sql",
        ])
      ).code;
    };
    expect(await ask("SELECT count(*) = 50 FROM people; SET work_mem = '8MB'; SELECT true;")).toBe(0);
    for (const sql of [
      "SELECT count(*) > 50 FROM people;",
      "SELECT NULL::bool;",
      "SELECT true WHERE false;",
      "SELECT nonsense;",
    ])
      expect(await ask(sql), sql).toBe(1);
    expect(await ask("SELECT true;")).toBe(0);
    expect((await project.veza("backup verify --assert check.sql")).code).toBe(2);
  });

  test("damage of every sort is found at its level, exits 1, and the list knows of it", async ({
    database,
  }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    const damages: [string, string, (path: string) => Promise<void>][] = [
      ["list", "files", (path) => rm(join(path, "roles.sql"))],
      [
        "list",
        "files",
        async (path) => truncate(join(path, "dump", readdirSync(join(path, "dump"))[0] ?? ""), 5),
      ],
      ["list", "manifest", (path) => flipByte(join(path, "manifest.json"), 200)],
      ["list", "manifest", (path) => rm(join(path, "manifest.json"))],
      ["hash", "hashes", (path) => flipByte(join(path, "roles.sql"), 100)],
      [
        "read",
        "read",
        async (path) =>
          flipByte(
            join(
              path,
              "dump",
              readdirSync(join(path, "dump")).find((name) => /\.dat\.(?:gz|zst)$/.test(name)) ?? "",
            ),
            40,
          ),
      ],
    ];
    for (const [level, check, damage] of damages) {
      // zstd has no checks of its own as pg_dump writes it: there the hashes alone see it.
      const { id, path } = await project.backup("--compress gzip:1");
      await damage(String(path));
      const called = await project.veza(["backup", "verify", String(id), "--level", level, "--json"]);
      expect(called.code).toBe(1);
      expect(called.data()).toMatchObject({ id, ok: false });
      expect(called.data()["checks"]).toContainEqual(expect.objectContaining({ check, ok: false }));
      const listed = (await project.veza("backup list --json")).data()["backups"];
      expect(listed).toContainEqual(expect.objectContaining({ id, ok: false }));
    }
  });
});

describe.runIf(hasClients)("backup prune", () => {
  test("deletes what no rule keeps, with its own files alone, and says why", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const { path, id } = await project.backup();
    const old = await agedCopy(String(path), 40);
    const strange = await agedCopy(String(path), 41);
    const young = await agedCopy(String(path), 3);
    const folder = join(project.backupsDir, database.name);
    await project.write(`backups/${database.name}/${strange}/notes.txt`, "mine");
    await project.write(`backups/${database.name}/readme`, "mine");
    const shown = await project.veza("backup prune --dry-run");
    expect(shown.stdout).toContain("it is 40 days old, and no rule keeps it");
    expect(shown.stdout).toContain("notes.txt");
    expect(namesIn(folder)).toHaveLength(5);
    expect((await project.veza("backup prune --json")).data()).toMatchObject({ pruned: [old] });
    expect(namesIn(folder)).toEqual([strange, young, String(id), "readme"].toSorted());
  });

  test("backup prunes after itself, and not after a failed run", async ({ database }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    const first = await project.backup();
    const old = await agedCopy(String(first["path"]), 40);
    // Forty days of failing runs: whatever the calendar says, nothing goes.
    const failed = await project.veza("backup --json", { env: { VEZA_DB_BACKUP_BEFORE: "/bin/false" } });
    expect(failed.error()).toMatchObject({ code: "backup.hook-failed", exitCode: 5 });
    const refused = await project.veza("backup prune --keep-days 1 --force --json");
    expect(refused.error()).toMatchObject({
      code: "backup.prune-refused",
      exitCode: 4,
      reason: "failed-run",
    });
    expect((await project.veza("backup list")).stderr).toContain("The last run");
    expect(await project.backup()).toMatchObject({ pruned: [old] });
  });

  test("over half, and a clock that went back: exit 4 unless forced", async ({ database }) => {
    await using project = await backupProject(database.url);
    const { path } = await project.backup("--keep-all");
    for (const days of [40, 41, 42]) await agedCopy(String(path), days);
    expect((await project.veza("backup prune --json")).error()).toMatchObject({
      exitCode: 4,
      reason: "half",
    });
    const warned = await project.veza("backup --json");
    expect(warned.json()["warnings"]).toEqual([expect.stringContaining("more than half")]);
    expect((await project.veza("backup prune --force --json")).data()["pruned"]).toHaveLength(3);
    await agedCopy(String(path), -2);
    await agedCopy(String(path), 50);
    expect((await project.veza("backup prune --json")).error()).toMatchObject({
      exitCode: 4,
      reason: "clock",
    });
  });

  test("a pinned one stays, and plain text goes with all its parts", async ({ database }) => {
    await using project = await backupProject(database.url);
    const pinned = await project.backup("--pin");
    const plain = await project.backup("--format plain");
    await project.backup();
    const called = await project.veza("backup prune --keep-days 0 --force --json");
    expect(called.data()["pruned"]).toEqual([plain["id"]]);
    const names = namesIn(join(project.backupsDir, database.name));
    expect(names).toContain(pinned["id"]);
    expect(names.filter((name) => name.includes(String(plain["id"])))).toEqual([]);
  });
});
