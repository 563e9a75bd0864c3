/** SIGKILL at every step, and servers that die: what is left is the truth, and the next run finishes. */
import postgres from "postgres";
import { expect, test } from "vitest";
import { ensureServer, stopServer } from "../../src/dev/server.ts";
import type { EmbeddedOptions } from "../../src/dev/model.ts";
import { temporaryProject } from "../support/cli.ts";
import { binariesDir, wishedMajor } from "../support/servers.ts";
import { appliedIds, historyOf } from "../migrate/support/state.ts";
import { eventually, migrationProject, type Project } from "../migrate/support/veza.ts";
import { isStep } from "../faults/support/run-cut.ts";
import { killEverywhere } from "../faults/support/run-kill.ts";
import { wipe } from "../faults/support/scenario.ts";

test("SIGKILL at every question and answer", async () => {
  const kills = await killEverywhere((messages) => messages.filter(isStep));
  expect(kills).toBeGreaterThan(100);
});

test("a server that is stopped in the middle, one that crashes, one that is killed", async () => {
  await using home = await temporaryProject();
  const options: EmbeddedOptions = {
    stateDir: home.path(".veza"),
    binariesDir,
    pgVersion: wishedMajor(),
    settings: { restart_after_crash: "on" },
  };
  const { url } = await ensureServer(options);
  const ways = {
    "a backend is killed": async (pid: number) => process.kill(pid, "SIGKILL"),
    "fast shutdown": async () => void (await stopServer(options)),
    "immediate shutdown": async () => process.kill((await ensureServer(options)).pid, "SIGQUIT"),
    "the postmaster is killed": async () => process.kill((await ensureServer(options)).pid, "SIGKILL"),
  };
  for (const [what, strike] of Object.entries(ways)) {
    for (const directive of ["", "-- veza: no-transaction\n"]) {
      await using project = await migrationProject(url, {
        "2024-01-01-001-one.sql": "CREATE TABLE one ();",
        "2024-01-02-002-slow.sql": `${directive}CREATE TABLE two ();\nSELECT pg_sleep(600), 'slow';\nCREATE TABLE three ();`,
      });
      await onServerOf(options, (sql) => wipe(sql));
      const run = project.veza("migrate --json");
      const pid = await onServerOf(options, (sql) => sleeper(sql));
      await strike(pid);
      const result = await run;
      expect([what, result.code]).toEqual([what, 5]);
      const done = directive === "" ? 0 : 1;
      const error = result.error();
      expect([what, error]).toEqual([
        what,
        expect.objectContaining({ code: "connection.lost", applied: ["2024-01-01-001"] }),
      ]);
      if (error["state"] !== undefined)
        expect([what, error["state"]]).toEqual([what, done === 0 ? "unchanged" : "partial"]);
      expect([what, typeof error["stateText"]]).toEqual([what, "string"]);
      await onServerOf(options, async (sql) => {
        expect([what, await appliedIds(sql)]).toEqual([what, ["2024-01-01-001"]]);
        expect([what, (await historyOf(sql))?.at(1)?.statements_done ?? 0]).toEqual([what, done]);
      });
      await finish(project, what);
    }
  }
  await stopServer(options);
}, 240_000);

async function finish(project: Project, what: string): Promise<void> {
  const text = await project.read("migrations/2024-01-02-002-slow.sql");
  await project.write("migrations/2024-01-02-002-slow.sql", text.replace("600", "0"));
  const next = await project.veza("migrate --json");
  expect([what, next.code, next.stderr]).toEqual([what, 0, ""]);
}

/** A session on the server, which is started again if it is down. */
async function onServerOf<T>(options: EmbeddedOptions, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const { url } = await ensureServer(options);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function sleeper(sql: postgres.Sql): Promise<number> {
  const [row] = await eventually(
    () => sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
  return row?.pid ?? 0;
}
