/** The tool as a process: the launcher, pipes, signals, the process list. Needs the built tool. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { fakeServer } from "../postgres/support/fake-server.ts";
import { cleanEnvironment, cliFile, runCli } from "../support/cli.ts";
import { createDatabase } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { at, emptyFolder, parse } from "./support/call.ts";

const secret = "Tr0ub4dor";

/** Runs a line of bash in which `veza` is the tool. */
async function shell(
  line: string,
  cwd = emptyFolder(),
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const veza = `veza() { '${process.execPath}' '${cliFile}' "$@"; }`;
  const child = spawn("bash", ["-c", `set -o pipefail; ${veza}; ${line}`], {
    cwd,
    env: cleanEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, ...said };
}

describe("the launcher", () => {
  test("answers --version by itself, and the same as the tool does", async () => {
    const [short, long] = await Promise.all([runCli(["--version"]), runCli(["--version", "--quiet"])]);
    expect(short).toMatchObject({ code: 0, stderr: "" });
    expect(long.stdout).toBe(short.stdout);
  });

  test("gives the exit code of the run to the process", async () => {
    const cwd = emptyFolder();
    expect((await runCli(["--help"])).code).toBe(0);
    expect((await runCli(["dev", "status", "--check"], { cwd })).code).toBe(1);
    expect((await runCli(["nonsense"])).code).toBe(2);
    const unreachable = await runCli(["stats", "tables", "--json", "--url", "postgresql://u@127.0.0.1:1/d"], {
      cwd,
    });
    expect(unreachable).toMatchObject({ code: 3, stdout: "" });
    expect(at(unreachable.errorJson(), "error", "exitCode")).toBe(3);
  });
});

describe("pipes", () => {
  test("a reader that goes away is no failure", async () => {
    const child = spawn(
      "sh",
      ["-c", `"$0" "$1" --help | head -1; "$0" "$1" completion fish | head -1`, process.execPath, cliFile],
      { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] },
    );
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (text: Buffer) => (said.stdout += text.toString()));
    child.stderr.on("data", (text: Buffer) => (said.stderr += text.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect({ code, stderr: said.stderr }).toEqual({ code: 0, stderr: "" });
    expect(said.stdout.split("\n").filter((line) => line !== "")).toHaveLength(2);
  });

  test("a reader of stderr that goes away stops no work", async () => {
    await using database = await createDatabase();
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "migrations"));
    for (const number of ["001", "002", "003", "004"])
      writeFileSync(join(cwd, "migrations", `2024-01-01-${number}-a.sql`), `SELECT pg_sleep(0.2);\n`);
    const { code, stdout } = await shell(
      `{ veza migrate --url ${database.url} 2>&1 >result; echo "ended with $?" >code; } | head -1; cat code result`,
      cwd,
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^applied .*\nended with 0\nApplied 4 migrations /),
    });
  });

  test.runIf(skipUnless(existsSync("/dev/full"), "this machine has no /dev/full"))(
    "a stdout that is full is told and ends with 3; what stderr cannot take is lost, and the exit code stays",
    async () => {
      for (const call of ["completion fish", "--help"]) {
        const { code, stderr } = await shell(`veza ${call} >/dev/full`);
        expect({ code, stderr }).toEqual({
          code: 3,
          stderr: expect.stringMatching(/^error: The result cannot be written to stdout\.\ndetail: ENOSPC/),
        });
      }
      const json = await shell("veza dev status --json >/dev/full");
      expect(json.code).toBe(3);
      expect(at(parse(json.stderr), "error", "code")).toBe("cli.cannot-write");
      expect(await shell("veza nonsense 2>/dev/full")).toEqual({ code: 2, stdout: "", stderr: "" });
      const version = await shell("veza --version >/dev/full");
      expect(version).toEqual({ code: 3, stdout: "", stderr: expect.stringMatching(/^error: .*stdout/) });
      expect(await shell("veza --version | sleep 0")).toEqual({ code: 0, stdout: "", stderr: "" });
    },
  );

  test("a result of megabytes arrives whole", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "migrations"));
    const rows = Array.from(
      { length: 40_000 },
      (_, index) => `INSERT INTO t VALUES (${index}, 'some text that fills the line');`,
    );
    writeFileSync(join(cwd, "migrations", "2024-01-01-001-long.sql"), rows.join("\n"));
    const { code, stdout } = await runCli(["migrate", "plan", "--json", "--url", inject("server").url], {
      cwd,
    });
    expect(code).toBe(0);
    expect(at(parse(stdout), "data", "steps", 0, "statements", 39_999, "sql")).toContain("39999");
  });
});

describe("signals", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s while the server says nothing: the process ends with %i, at once", async (name, code) => {
    await using server = await fakeServer({ startup: "silence" });
    const child = spawn(
      process.execPath,
      [cliFile, "stats", "tables", "--url", `postgresql://u@127.0.0.1:${server.port}/d`],
      { env: cleanEnvironment(), stdio: ["ignore", "ignore", "pipe"] },
    );
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    const ended = new Promise((resolve) => child.once("close", resolve));
    await server.whenConnected();
    child.kill(name);
    expect(await ended).toBe(code);
    expect(stderr).toMatch(new RegExp(`^error: Stopped by ${name}`));
  });
});

const hasProc = existsSync("/proc/self/cmdline");

describe("the process list", () => {
  test.runIf(skipUnless(hasProc, "this machine has no /proc to look into"))(
    "does not show the password of --url",
    async () => {
      await using server = await fakeServer({ startup: "silence" });
      const child = spawn(
        process.execPath,
        [cliFile, "stats", "tables", `--url=postgresql://someone:${secret}@127.0.0.1:${server.port}/d`],
        { env: cleanEnvironment(), stdio: "ignore" },
      );
      const ended = new Promise((resolve) => child.once("close", resolve));
      try {
        await server.whenConnected();
        const line = readFileSync(`/proc/${child.pid}/cmdline`, "utf8");
        expect(line).not.toContain(secret);
        expect(line).toContain("veza-db");
      } finally {
        child.kill("SIGKILL");
        await ended;
      }
    },
  );

  test("no program that is started gets a password among its arguments, nor our connection in its environment", async () => {
    const folder = emptyFolder();
    const log = join(folder, "calls");
    for (const name of ["pg_dump", "pg_restore", "psql", "pg_dumpall"]) {
      writeFileSync(
        join(folder, name),
        `#!/bin/sh\n{ echo "$0 $*"; env; } >> "${log}"\necho "${name} (PostgreSQL) 99.0"\n`,
      );
      chmodSync(join(folder, name), 0o755);
    }
    const url = `postgresql://someone:${secret}@127.0.0.1:1/d`;
    await runCli(["doctor", "--url", url], {
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, DATABASE_URL: url, PGPASSWORD: secret },
    });
    const calls = readFileSync(log, "utf8");
    expect(calls).toContain("--version");
    expect(calls).not.toContain(secret);
  });
});

test("a new project works from the first command on, as a process", async () => {
  const cwd = emptyFolder();
  const laid = await runCli(["init"], { cwd });
  expect(laid).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(cwd).toSorted()).toEqual([
    ".env.example",
    ".github",
    ".gitignore",
    "migrations",
    "partitions",
    "queries",
    "seeds",
    "veza-db.config.json",
  ]);
  const plan = await runCli(["migrate", "plan", "-o", "sql", "--url", inject("server").url], { cwd });
  expect(plan).toMatchObject({ code: 0, stderr: "" });
  expect(plan.stdout).toContain("CREATE TABLE notes");
});
