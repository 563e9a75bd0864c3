/** One at a time, also after one has died in the middle. */
import { spawnSync } from "node:child_process";
import { readdir, symlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { acquireLock } from "../../src/dev/lock.ts";
import { temporaryProject } from "../support/cli.ts";

test("holders follow one another", async () => {
  await using project = await temporaryProject();
  let inside = 0;
  let most = 0;
  const visit = async (): Promise<void> => {
    await using _lock = await acquireLock(project.folder);
    inside++;
    most = Math.max(most, inside);
    await pause(5);
    inside--;
  };
  await Promise.all(Array.from({ length: 12 }, visit));
  expect(most).toBe(1);
  expect(await readdir(project.folder)).toHaveLength(1);
});

test("a lock that a dead process holds is broken, by one of many", async () => {
  await using project = await temporaryProject();
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  for (const [index, text] of [`${dead} -`, `${process.pid} 1`, "rubbish"].entries()) {
    await symlink(text, project.path(`embedded.lock.${(index + 1) * 900}`));
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await using _lock = await acquireLock(project.folder, { waitMs: 10_000 });
        most = Math.max(most, ++inside);
        await pause(2);
        inside--;
      }),
    );
    expect(most).toBe(1);
  }
});

test("tells whom it waits for, gives up in time, and stops waiting when it is told to", async () => {
  await using project = await temporaryProject();
  await using _lock = await acquireLock(project.folder);
  const waits: number[] = [];
  const attempt = acquireLock(project.folder, { waitMs: 60, onWait: (pid) => waits.push(pid) });
  await expect(attempt).rejects.toMatchObject({ code: "dev.busy", exitCode: 4, facts: { pid: process.pid } });
  expect(waits).toEqual([process.pid]);
  await expect(acquireLock(project.folder, { signal: AbortSignal.timeout(30) })).rejects.toThrow(/abort/i);
});
