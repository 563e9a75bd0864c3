/** The tool as a process: the launcher, pipes, signals, the process list. Needs the built tool. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { fakeServer } from "../postgres/support/fake-server.ts";
import { cleanEnvironment, cliFile, runCli } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { at, emptyFolder, parse } from "./support/call.ts";

const secret = "Tr0ub4dor";

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
