/** The last step of a backup, on a disk that does not take it: what is said of it is true. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, vi } from "vitest";
import { publish } from "../../src/backup/create/publish.ts";
import { draftName, partialPrefix, placeOf } from "../../src/backup/layout.ts";
import { readManifest } from "../../src/backup/read-manifest.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { backupProject, hasClients, namesIn } from "./support/backup.ts";

/** What syncing a folder throws, where it does. */
const disk = vi.hoisted(() => ({ fails: (_path: string): Error | undefined => undefined }));

vi.mock(import("../../src/backup/files.ts"), async (original) => {
  const files = await original();
  return {
    ...files,
    syncFolder: async (path: string) => {
      const error = disk.fails(path);
      if (error !== undefined) throw error;
      await files.syncFolder(path);
    },
  };
});

const noDisk = (): Error => Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });

describe.runIf(hasClients)("a disk that does not take the name", () => {
  test.each(["directory", "plain"] as const)("%s: the name is taken back", async (format) => {
    await using database = await createDatabase();
    await using project = await backupProject(database.url);
    const { id } = await project.backup(`--format ${format}`);
    const folder = join(project.backupsDir, database.name);
    const place = placeOf(folder, String(id), format);
    const manifest = await readManifest(place.manifest);
    if ("problem" in manifest) throw new Error(manifest.problem);
    // As it was before its last step.
    const draft = join(folder, `${partialPrefix}${String(id)}`);
    if (format === "directory") await rename(place.base, draft);
    else {
      await mkdir(draft);
      for (const name of namesIn(folder).filter((one) => one.startsWith(String(id))))
        await rename(join(folder, name), join(draft, name));
    }
    const isPublished = (): boolean =>
      namesIn(folder).includes(basename(place.manifest)) || namesIn(folder).includes(String(id));
    await writeFile(join(draft, draftName), "{}");
    // The name is given, and not taken.
    disk.fails = (path) => (path === folder && isPublished() ? noDisk() : undefined);
    await expect(publish(draft, folder, manifest)).rejects.toMatchObject({
      code: "backup.not-synced",
      ending: "failed",
    });
    disk.fails = () => undefined;
    expect(namesIn(folder)).toEqual([basename(draft)]);
    expect((await project.veza("backup list --json")).data()["backups"]).toEqual([]);
  });
});
