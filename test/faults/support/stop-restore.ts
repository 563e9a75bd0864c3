/** Restores that are stopped at chosen messages, and what must hold then. */
import { expect } from "vitest";
import { backupProject, contentsOf, fillDatabase } from "../../backup/support/backup.ts";
import { eventually } from "../../migrate/support/veza.ts";
import { createDatabase } from "../../support/database.ts";
import { proxyTo } from "../../support/proxy.ts";
import { dropOld, start, throwaways } from "./backup-run.ts";

/** What is sent at each step, in order. */
export const restoreSteps = [
  "CREATE DATABASE",
  "COPY public.people",
  "count(*)",
  "ANALYZE",
  "SET LOCAL lock_timeout",
  "__old_",
  '" RENAME TO "veza_test',
  "ALLOW_CONNECTIONS false",
  "COMMIT\0",
];

/** Stops a restore at each of the steps; the database must be as it was each time, and the next run must sweep up. */
export async function stopAtSteps(how: "SIGKILL" | "cut", steps: readonly string[]): Promise<void> {
  await using database = await createDatabase();
  await fillDatabase(database, 500);
  await using project = await backupProject(database.url);
  await project.backup();
  await database.sql`UPDATE people SET name = 'now'`;
  const before = await contentsOf(database);
  for (const step of steps) {
    let reached = (): void => {};
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    let isDone = false;
    let hasRenamed = false;
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, body, type }) => {
        if (from !== "client" || isDone) return "pass";
        const text = body.toString("latin1");
        hasRenamed ||= text.includes("ALLOW_CONNECTIONS false");
        // Of the many COMMITs the one of the swap is meant.
        const isIt = text.includes(step) && (step !== "COMMIT\0" || (hasRenamed && type === "Q"));
        if (!isIt) return "pass";
        isDone = true;
        reached();
        return how === "cut" ? "cut" : "hold";
      },
    });
    const running = start(project, ["restore", "latest", "--confirm", database.name], {
      DATABASE_URL: proxy.through(database.url),
    });
    const first = await Promise.race([isReached.then(() => "reached"), running.ended]);
    expect([step, first]).toEqual([step, "reached"]);
    if (how === "SIGKILL") running.child.kill("SIGKILL");
    const { code, stderr } = await running.ended;
    expect([step, code, stderr]).toEqual([
      step,
      how === "cut" ? expect.toBeOneOf([3, 5]) : 137,
      expect.any(String),
    ]);
    proxy.cutAll();
    await eventually(
      () => contentsOf(database).catch(() => "not connectable"),
      (found) => found === before,
      `${step}: the database as it was`,
    );
    expect([step, await dropOld(database)]).toEqual([step, []]);
  }
  // What the runs have left goes with the next one.
  expect(await project.veza(["restore", "latest", "--confirm", database.name])).toMatchObject({ code: 0 });
  await eventually(throwaways, (names) => names.length === 0, "the throwaway databases to go");
  expect((await database.sql`SELECT count(*)::int AS now FROM people WHERE name = 'now'`)[0]).toEqual({
    now: 0,
  });
  expect(await dropOld(database)).toHaveLength(1);
}
