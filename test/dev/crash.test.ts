/** What is left behind by processes and machines that die. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { processAt } from "../../src/dev/postmaster.ts";
import { ensureServer, runningServer, stopServer } from "../../src/dev/server.ts";
import { temporaryProject, type TemporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { act, serverOptions, startActor, type ActorOptions } from "./actor.ts";

/** A server that the tests of this file kill in turn, each finding it as the one before has left it. */
let project: TemporaryProject;
let options: ActorOptions;

beforeAll(async () => {
  project = await temporaryProject();
  options = serverOptions(project.path(".veza"));
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await pause(5);
  }
}

test("starts again after the postmaster was killed, with its data", async () => {
  const first = await ensureServer(options);
  const sql = postgres(first.url, { max: 1, onnotice: () => {} });
  await sql`CREATE TABLE kept AS SELECT 1 AS one`;
  await sql.end();
  process.kill(first.pid, "SIGKILL");
  await until(
    async () => (await processAt(first.pid, first.dataDir)) !== "postmaster",
    "the postmaster is gone",
  );
  expect(await runningServer(options)).toBeUndefined();
  const second = await ensureServer(options);
  expect(second).toMatchObject({ started: true, dataDir: first.dataDir });
  expect(second.pid).not.toBe(first.pid);
  const again = postgres(second.url, { max: 1 });
  expect(await again`SELECT one FROM kept`).toEqual([{ one: 1 }]);
  await again.end();
});

test.runIf(skipUnless(process.platform === "linux", "only Linux tells whose an orphaned process is"))(
  "ends the busy process that a killed postmaster left, which would keep the shared memory",
  async () => {
    const first = await ensureServer(options);
    const sql = postgres(first.url, { max: 2, onnotice: () => {} });
    // Never looks up from its work, so that it does not see its postmaster die.
    const busy = sql`SELECT count(*) FROM generate_series(1, 1000000000000)`.catch((error: unknown) => error);
    await until(async () => {
      const rows =
        await sql`SELECT FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND pid <> pg_backend_pid()`;
      return rows.length === 1;
    }, "the query runs");
    process.kill(first.pid, "SIGKILL");
    await until(
      async () => (await processAt(first.pid, first.dataDir)) !== "postmaster",
      "the postmaster is gone",
    );
    expect(await ensureServer(options)).toMatchObject({ started: true });
    expect(await readFile(first.logFile, "utf8")).toContain("pre-existing shared memory block");
    expect(await busy).toBeInstanceOf(Error);
    await sql.end({ timeout: 1 });
  },
);

test("a pid file whose number another program has now, or that was cut short, stops nobody", async () => {
  const { dataDir } = await ensureServer(options);
  const pidFile = join(dataDir, "postmaster.pid");
  const whole = await readFile(pidFile, "utf8");
  await stopServer(options);

  // A program of the same account, which PostgreSQL itself takes for a postmaster.
  const { uid, gid } = await stat(dataDir);
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    cwd: "/",
    uid,
    gid,
    env: {},
  });
  try {
    await once(stranger, "spawn");
    await writeFile(pidFile, whole.replace(/^\d+/, String(stranger.pid)));
    expect(await runningServer(options)).toBeUndefined();
    expect(await ensureServer(options)).toMatchObject({ started: true });
    expect(await stopServer(options)).toMatchObject({ stopped: true });
    expect(stranger.exitCode).toBeNull(); // it was not taken for the server
  } finally {
    stranger.kill("SIGKILL");
  }

  for (const text of ["", "rubbish\n"]) {
    await writeFile(pidFile, text);
    expect(await ensureServer(options)).toMatchObject({ started: true });
    await stopServer(options);
  }
});

test("an initialisation that was killed half-way is done again", async () => {
  await using fresh = await temporaryProject();
  const ofFresh = serverOptions(fresh.path(".veza"));
  const root = fresh.path(".veza/postgres");
  const { child, ended } = startActor("ensure", ofFresh);
  const drafts = async (): Promise<string[]> => {
    const names = await readdir(root).catch(() => []);
    return names.filter((name) => name.includes(".new-"));
  };
  await until(async () => {
    const [draft] = await drafts();
    return draft !== undefined && existsSync(join(root, draft, "base", "1"));
  }, "initdb is in the middle of its work");
  child.kill("SIGKILL");
  await ended;
  expect(await drafts()).toHaveLength(1);
  expect(await runningServer(ofFresh)).toBeUndefined();
  expect(await ensureServer(ofFresh)).toMatchObject({ started: true });
  expect(await drafts()).toHaveLength(0);
});

test("a lost pointer loses neither the data nor a running server", async () => {
  const first = await ensureServer(options);
  await rm(project.path(".veza/embedded.json"));
  expect(await ensureServer(options)).toEqual({ ...first, started: false });
});

test("a starter that is killed while it waits for readiness leaves a server that the next one takes over", async () => {
  const { dataDir } = await ensureServer(options);
  await stopServer(options);
  const { child, ended } = startActor("ensure", options);
  await until(async () => (await readdir(dataDir)).includes("postmaster.pid"), "the server has begun");
  child.kill("SIGKILL");
  await ended;
  const { result } = await act("ensure", options);
  expect(result).toMatchObject({ dataDir });
  expect(await runningServer(options)).toMatchObject({ dataDir });
});
