/** The bundle that bin/veza-db.js runs, and the compiled code that it keeps. Needs the built tool. */
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCli, runNode, temporaryProject } from "../support/cli.ts";
import type { CliResult, TemporaryProject } from "../support/cli.ts";
import { describe } from "vitest";
import { expect, test } from "../support/database.ts";
import { allCommands } from "../../src/cli/registry.ts";

const bundle = fileURLToPath(new URL("../../dist/bundle", import.meta.url));
const chunks = readdirSync(bundle).filter((name) => name.endsWith(".cjs"));
const maps = readdirSync(bundle).filter((name) => name.endsWith(".map"));

describe("the bundle", () => {
  test("every chunk loads", async () => {
    const load = `for (const name of ${JSON.stringify(chunks)}) if (name !== "run.cjs") require("./" + name)`;
    expect(await runNode(["-e", load], { cwd: bundle })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  test("has a chunk for every command but the one that is on the way of all", () => {
    const own = allCommands().map(({ path }) => `cli-commands-${path.join("-")}.cjs`);
    expect(own.filter((name) => !chunks.includes(name))).toEqual(["cli-commands-migrate-apply.cjs"]);
  });

  test("no package but Node's own is part of it", () => {
    const sources = maps.flatMap((name) => {
      const map: unknown = JSON.parse(readFileSync(join(bundle, name), "utf8"));
      return (map as { readonly sources: readonly string[] }).sources;
    });
    const foreign = sources.filter((source) => !source.startsWith("../../src/"));
    // What `await using` becomes for Node 20.
    expect(foreign.filter((source) => !source.includes("@oxc-project+runtime"))).toEqual([]);
  });

  test("a bug in it names the places of the sources", async () => {
    await using project = await temporaryProject({
      "break.cjs": 'process.stdout.write = () => { throw new TypeError("broken") };',
    });
    const { code, stderr } = await runCli(["dev", "status", "--verbose"], {
      cwd: project.folder,
      env: { NODE_OPTIONS: "--require ./break.cjs" },
    });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^ +at (?:async )?walk \(src\/cli\/walk\.ts:\d+:\d+\)$/m);
    expect(stderr).not.toContain("dist");
  });
});

describe("compiled code is kept", () => {
  const migration = { "migrations/2024-01-01-001-one.sql": "SELECT 1;\n" };

  async function migrate(project: TemporaryProject, url: string, env = {}): Promise<CliResult> {
    const result = await runCli(["migrate"], {
      cwd: project.folder,
      env: { DATABASE_URL: url, HOME: project.path("home"), ...env },
    });
    expect(result, result.stderr).toMatchObject({ code: 0 });
    return result;
  }
  const keptIn = (folder: string): string[] => {
    try {
      return readdirSync(folder).filter((name) => name.endsWith(".bin"));
    } catch {
      return [];
    }
  };

  test("in a folder and a file of the user's alone, and is taken from there", async ({ database }) => {
    await using project = await temporaryProject({ ...migration, "home/.keep": "" });
    await migrate(project, database.url);
    const folder = project.path("home/.cache/veza-db");
    const [name = ""] = keptIn(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const before = statSync(join(folder, name));
    await migrate(project, database.url); // has other things to do than the first, and keeps what there is
    const coloured = await migrate(project, database.url, { FORCE_COLOR: "1" }); // chalk comes by import()
    expect(coloured).toMatchObject({ stdout: expect.stringContaining("\u001b[32mNothing"), stderr: "" });
    const after = statSync(join(folder, name));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(readdirSync(folder).filter((other) => other.endsWith(".tmp"))).toEqual([]);
  });

  test.for<[string, (bytes: Buffer) => Uint8Array]>([
    ["damaged", (bytes) => bytes.fill(90, 150_000, 150_400)],
    ["cut short", (bytes) => bytes.subarray(0, bytes.length / 2)],
    ["empty", () => Buffer.alloc(0)],
    ["of another make", () => Buffer.from("not what it was")],
  ])("and made anew when it is %s", async ([, damage], { database }) => {
    await using project = await temporaryProject({ ...migration, "home/.keep": "" });
    await migrate(project, database.url);
    const folder = project.path("home/.cache/veza-db");
    const file = join(folder, keptIn(folder)[0] ?? "");
    const sound = readFileSync(file);
    writeFileSync(file, damage(Buffer.from(sound)));
    const result = await migrate(project, database.url);
    expect(result.stdout).toContain("Nothing is pending");
    expect(readFileSync(file).length).toBeGreaterThan(sound.length / 2);
    expect((await migrate(project, database.url)).stdout).toBe(result.stdout);
  });

  test("not where others may write, not where there is no home, not when it is not wanted", async ({
    database,
  }) => {
    await using project = await temporaryProject({ ...migration, "home/.keep": "" });
    const shared = project.path("shared/veza-db");
    mkdirSync(shared, { recursive: true });
    chmodSync(shared, 0o777);
    await migrate(project, database.url, { XDG_CACHE_HOME: project.path("shared") });
    await migrate(project, database.url, { HOME: project.path("no-home") });
    await migrate(project, database.url, { NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(readdirSync(project.folder).toSorted()).toEqual([".veza", "home", "migrations", "shared"]);
    expect([keptIn(shared), readdirSync(project.path("home"))]).toEqual([[], [".keep"]]);
  });

  test("by a run that went well alone", async () => {
    await using project = await temporaryProject({ ...migration, "home/.keep": "" });
    const { code } = await runCli(["migrate", "--url", "postgresql://u@127.0.0.1:1/d"], {
      cwd: project.folder,
      env: { HOME: project.path("home") },
    });
    expect(code).toBe(3);
    expect(keptIn(project.path("home/.cache/veza-db"))).toEqual([]);
  });
});
