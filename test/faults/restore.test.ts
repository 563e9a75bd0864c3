/** Restores that are killed or cut at each step: the live database stays as it was, connectable, and the next run sweeps up. */
import { describe } from "vitest";
import { backupProject, contentsOf, fillDatabase, hasClients } from "../backup/support/backup.ts";
import { expect, test } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { dropOld, start, throwaways } from "./support/backup-run.ts";
import { stopAtSteps } from "./support/stop-restore.ts";

describe.runIf(hasClients)("a restore", () => {
  test("that is killed at a few steps (test/long: at each, and cut at each)", async () => {
    await stopAtSteps("SIGKILL", ["COPY public.people", "__old_", "COMMIT\0"]);
  }, 120_000);

  test("whose COMMIT went through and whose answer was lost knows that it went through", async ({
    database,
  }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    await project.backup();
    let hasRenamed = false;
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, body, type }) => {
        const text = body.toString("latin1");
        if (from === "client") hasRenamed ||= text.includes("ALLOW_CONNECTIONS false");
        return from === "server" && hasRenamed && type === "C" && text === "COMMIT\0" ? "cut" : "pass";
      },
    });
    const called = await project.veza(["restore", "latest", "--confirm", database.name, "--json"], {
      env: { DATABASE_URL: proxy.through(database.url) },
    });
    expect(called).toMatchObject({ code: 0 });
    expect(await dropOld(database)).toEqual([called.data()["previousDatabase"]]);
  });

  test("by SIGTERM: 143, the database as it was, nothing left", async ({ database }) => {
    await fillDatabase(database, 50);
    await using project = await backupProject(database.url);
    await project.backup();
    const before = await contentsOf(database);
    let reached = (): void => {};
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    await using proxy = await proxyTo(database.url, {
      latencyMs: 20,
      onMessage: ({ from, body }) => {
        if (from === "client" && body.includes("CREATE TABLE")) reached();
        return "pass";
      },
    });
    const running = start(project, ["restore", "latest", "--confirm", database.name], {
      DATABASE_URL: proxy.through(database.url),
    });
    await Promise.race([isReached, running.ended]);
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect([code, stderr]).toEqual([143, expect.stringContaining("Stopped by SIGTERM")]);
    expect(await contentsOf(database)).toBe(before);
    expect(await dropOld(database)).toEqual([]);
    expect(await throwaways()).toEqual([]);
  });
});
