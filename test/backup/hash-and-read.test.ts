/** Hashing by several threads and reading by several programs: the same answers as by one. */
import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe } from "vitest";
import { parseToc } from "../../src/backup/archive.ts";
import { hashFiles } from "../../src/backup/hash-files.ts";
import { checkDataFiles } from "../../src/backup/verify/data-files.ts";
import { readingLists } from "../../src/backup/verify/read-parts.ts";
import { shareOut } from "../../src/kernel/share-out.ts";
import { expect, test } from "../support/database.ts";
import { backupProject, hasClients } from "./support/backup.ts";

test("files are hashed alike by one thread and by many; one that is missing spoils no other; a signal stops it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "veza-db-hash-"));
  try {
    const contents = [24, 0, 12, 3].map((megabytes) => randomBytes(megabytes * 1024 * 1024));
    const paths = contents.map((_, index) => join(folder, String(index)));
    for (const [index, path] of paths.entries()) await writeFile(path, contents[index] ?? "");
    const expected = contents.map((bytes) => ({
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    }));
    const { signal } = new AbortController();
    const missing = join(folder, "missing");
    expect(await hashFiles([...paths, missing], signal)).toEqual([
      ...expected,
      { problem: expect.stringContaining("ENOENT") },
    ]);
    expect(await hashFiles(paths.slice(1, 2), signal)).toEqual(expected.slice(1, 2));
    const stopping = new AbortController();
    const stopped = hashFiles(paths, stopping.signal);
    stopping.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("shares: each thing once, the heaviest first to whom has least", () => {
  expect(shareOut([1, 5, 3, 3], 2, (weight) => weight)).toEqual([
    [5, 1],
    [3, 3],
  ]);
  expect(shareOut(["a"], 3, () => 1)).toEqual([["a"], [], []]);
  expect(shareOut([], 1, () => 1)).toEqual([[]]);
});

test("reading lists: every entry in one, as many as are worth a program", () => {
  const entries = parseToc(
    [
      "1; 0 1 SCHEMA - s me",
      "2; 0 2 TABLE DATA s a me",
      "3; 0 3 TABLE DATA s b me",
      "4; 0 4 BLOBS - BLOBS me",
    ].join("\n"),
  );
  const file = (path: string, megabytes: number) => ({ path, bytes: megabytes * 1024 * 1024 });
  const files = [
    file("dump/2.dat.gz", 30),
    file("dump/3.dat.zst", 20),
    file("dump/toc.dat", 1),
    file("roles.sql", 90),
  ];
  const large = { format: "directory", dump: "dump", files } as const;
  const numbers = (lists: string[]): string[] => lists.map((list) => [...list.matchAll(/^\d+/gm)].join(" "));
  expect(numbers(readingLists(entries, large, 2))).toEqual(["2", "3 1 4"]);
  expect(numbers(readingLists(entries, { ...large, format: "custom" }, 2))).toEqual(["2 3 1 4"]);
  expect(readingLists(entries, { ...large, files: [file("dump/2.dat.gz", 1)] }, 2)).toHaveLength(1);
});

/** A frame of zstd that holds its bytes as they are, in blocks of a few. */
function zstd(text: string): Buffer {
  const blocks = [...text.matchAll(/[^]{1,5}/g)].map(([part], index, all) => {
    const head = Buffer.alloc(3);
    head.writeUIntLE((part.length << 3) | (index === all.length - 1 ? 1 : 0), 0, 3);
    return Buffer.concat([head, Buffer.from(part)]);
  });
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]), ...blocks]);
}

/** The same of lz4. */
function lz4(text: string): Buffer {
  const blocks = [...text.matchAll(/[^]{1,5}/g)].map(([part]) => {
    const head = Buffer.alloc(4);
    head.writeUInt32LE((part.length | 0x80000000) >>> 0);
    return Buffer.concat([head, Buffer.from(part)]);
  });
  return Buffer.concat([Buffer.from([4, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), ...blocks, Buffer.alloc(4)]);
}

test("data files: whole ones pass; an empty one and one cut anywhere are told, packed by whatever", async () => {
  const folder = await mkdtemp(join(tmpdir(), "veza-db-data-"));
  const { signal } = new AbortController();
  const rows = "1\tone\n2\ttwo\n\\.\n\n\n";
  const files: [string, Buffer][] = [
    ["1.dat", Buffer.from(rows)],
    ["2.dat.gz", gzipSync(rows)],
    ["3.dat.zst", zstd(rows)],
    ["4.dat.lz4", lz4(rows)],
  ];
  const look = async (name: string, bytes: Uint8Array, unpacks = true): Promise<string | undefined> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return checkDataFiles({ paths: [path], unpacks, signal });
  };
  try {
    for (const [name, bytes] of files) {
      expect(await look(name, bytes), name).toBeUndefined();
      expect(await look(name, Buffer.concat([bytes, bytes])), `${name} twice`).toBeUndefined();
      for (let length = 0; length < bytes.length; length++) {
        // What stands behind the last empty line is no row.
        if (name === "1.dat" && length === bytes.length - 1) continue;
        expect(await look(name, bytes.subarray(0, length)), `${name} cut to ${length}`).toBeDefined();
      }
    }
    const flipped = gzipSync(rows);
    flipped[12] = (flipped[12] ?? 0) ^ 1;
    expect(await look("5.dat.gz", flipped)).toBeDefined();
    expect(await look("5.dat.gz", flipped, false)).toBeUndefined(); // its pg_restore will say so
    expect(await look("6.dat.gz", Buffer.alloc(0), false)).toBe("6.dat.gz: it is empty");
    expect(await look("blob_7.dat", Buffer.alloc(0))).toBeUndefined();
    expect(await look("8.dat.zst", Buffer.from(rows))).toContain("no stream of zstd");
    await rm(join(folder, "1.dat"));
    expect(await checkDataFiles({ paths: [join(folder, "1.dat")], unpacks: true, signal })).toContain(
      "ENOENT",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe.runIf(hasClients)("a dump that is read in parts", () => {
  test("is found damaged in whichever part the damage is", async ({ database }) => {
    await database.sql.unsafe(`
      CREATE TABLE a AS SELECT gen_random_uuid()::text || gen_random_uuid()::text AS noise FROM generate_series(1, 480000);
      CREATE TABLE b AS SELECT * FROM a; CREATE TABLE c AS SELECT 1 AS one`);
    await using project = await backupProject(database.url);
    // As it is packed where nothing is said: zstd from 16 on.
    const { path, bytes } = await project.backup();
    expect(bytes).toBeGreaterThan(2 * 16 * 1024 * 1024);
    const folder = join(String(path), "dump");
    const data = (await readdir(folder)).filter((name) => /\.dat\.(?:gz|zst)$/.test(name));
    expect(data).toHaveLength(3);
    for (const name of data) {
      const file = join(folder, name);
      await copyFile(file, project.path("kept"));
      await truncate(file, (await stat(file)).size - 9);
      const called = await project.veza("backup verify --level read --json");
      expect(called.code, name).toBe(1);
      expect(called.data()["checks"], name).toContainEqual(
        expect.objectContaining({ check: "read", ok: false }),
      );
      await copyFile(project.path("kept"), file);
    }
    expect((await project.veza("backup verify --level read")).code).toBe(0);
  });
});
