/** Running other programs: what they see of us, and what we see of them. */
import { afterEach, expect, test, vi } from "vitest";
import { runProgram } from "../../src/programs/run.ts";
import { skipUnless } from "../support/skip.ts";
import { isRoot, nobody } from "./actor.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

function node(text: string): readonly string[] {
  return ["-e", text];
}

test("gives back exit code and both streams, and passes input", async () => {
  const text = 'process.stdin.pipe(process.stdout); console.error("careful"); process.exitCode = 3';
  expect(await runProgram(process.execPath, { args: node(text), input: "hello" })).toEqual({
    exitCode: 3,
    stdout: "hello",
    stderr: "careful",
  });
});

test("a program that a signal ended has the shell's exit code", async () => {
  const result = await runProgram(process.execPath, { args: node('process.kill(process.pid, "SIGKILL")') });
  expect(result.exitCode).toBe(137);
});

test("sees what it is given, and nothing of ours beyond what every program needs", async () => {
  vi.stubEnv("PGPASSWORD", "secret");
  vi.stubEnv("DATABASE_URL", "postgres://u:secret@h/d");
  vi.stubEnv("VEZA_DB_URL", "postgres://u:secret@h/d");
  const { stdout } = await runProgram(process.execPath, {
    args: node("console.log(JSON.stringify(process.env))"),
    env: { PGAPPNAME: "given" },
  });
  expect(stdout).not.toContain("secret");
  expect(JSON.parse(stdout)).toMatchObject({ PATH: process.env["PATH"], PGAPPNAME: "given" });
});

test("a missing program is an error of the surroundings, with the given hint", async () => {
  await expect(runProgram("veza-no-such-program", { missingHint: "get it" })).rejects.toMatchObject({
    code: "program.missing",
    exitCode: 3,
    hint: "get it",
  });
});

test("is stopped after its time, and when it is told to", async () => {
  const args = node("setInterval(() => {}, 1000)");
  await expect(runProgram(process.execPath, { args, timeoutMs: 300 })).rejects.toMatchObject({
    code: "program.timeout",
  });
  const reason = new Error("enough");
  const controller = new AbortController();
  const running = runProgram(process.execPath, { args, signal: controller.signal });
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
});

test.runIf(skipUnless(isRoot, "only root can become another account"))(
  "runs as another account",
  async () => {
    const account = nobody();
    const args = node("console.log(process.getuid(), process.getgid(), process.getgroups().length)");
    const { stdout } = await runProgram(process.execPath, { args, account, cwd: "/" });
    expect(stdout.split(" ").slice(0, 2)).toEqual([String(account.uid), String(account.gid)]);
  },
);
