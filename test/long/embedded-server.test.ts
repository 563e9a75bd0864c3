/** The embedded server under many hands, some of which die. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { expect, test } from "vitest";
import { ensureServer, runningServer } from "../../src/dev/server.ts";
import { temporaryProject } from "../support/cli.ts";
import { act, serverOptions, startActor } from "../dev/actor.ts";

async function visitors(count: number, folder: string, visits: number, chance: number): Promise<string[]> {
  const script = fileURLToPath(new URL("lock-visitor.js", import.meta.url));
  return Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [script, folder, String(visits), String(chance)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
      const [code] = await once(child, "close");
      return code === 0 ? said : "died";
    }),
  );
}

test("nobody is ever in the lock together with another, also when holders die in it", async () => {
  await using project = await temporaryProject();
  expect(new Set(await visitors(8, project.folder, 400, 0))).toEqual(new Set(["0"]));
  const outcomes = new Set(await visitors(24, project.folder, 400, 0.02));
  expect(outcomes.has("died")).toBe(true);
  outcomes.delete("died");
  outcomes.delete("0");
  expect([...outcomes]).toEqual([]);
});

test("postmasters and starters killed at any moment: the next one starts, and what was committed is there", async () => {
  await using project = await temporaryProject();
  const options = serverOptions(project.path(".veza"));
  for (let round = 1; round <= 25; round++) {
    const starters = Array.from({ length: 3 }, () => startActor("ensure", options));
    await pause(Math.random() * 800);
    starters[0]?.child.kill("SIGKILL");
    await Promise.all(starters.map(({ ended }) => ended.catch(() => {})));

    const server = await ensureServer(options);
    const sql = postgres(server.url, { max: 1, onnotice: () => {} });
    await sql`CREATE TABLE IF NOT EXISTS rounds (round int)`;
    await sql`INSERT INTO rounds VALUES (${round})`;
    const [row] = await sql`SELECT count(*)::int AS rounds FROM rounds`;
    expect(row?.["rounds"]).toBe(round);
    await sql.end({ timeout: 5 });
    const [before] = await Promise.all([runningServer(options), act("running", options)]);
    if (before !== undefined) process.kill(before.pid, round % 3 === 0 ? "SIGQUIT" : "SIGKILL");
  }
});
