/** `partition maintain` killed with SIGKILL ahead of each message that it sends: the next run ends as one that nobody disturbed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cleanEnvironment, cliFile } from "../support/cli.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import type { ProxyMessage } from "../support/proxy.ts";
import { eventually } from "../migrate/support/veza.ts";
import { createEvents, month, partitionsOf, policyProject } from "../partition/support/project.ts";
import type { PolicyProject } from "../partition/support/project.ts";
import { cutAt } from "./support/cut.ts";
import { isStep } from "./support/run-cut.ts";
import { wipe } from "./support/scenario.ts";

/** Three partitions to be made (one of them in a gap), two to be detached, one of them half detached by somebody before. */
async function prepare(database: TestDatabase): Promise<void> {
  const { sql } = database;
  await wipe(sql);
  await createEvents(database, [-5, -4, -2, -1]);
  await sql.unsafe(`INSERT INTO events (at) SELECT '${month(-5)}'::timestamptz + n * interval '1 hour' FROM generate_series(1, 9) n;
    INSERT INTO events (at) VALUES ('${month(-1)}'); GRANT SELECT ON events TO PUBLIC;
    CREATE TABLE marks (n int)`);
}

const policy = { table: "events", column: "at", interval: "month", premake: 1, retain: "3 months" };

/** Everything that maintain has to do with, without what differs from run to run. */
async function outcomeOf(database: TestDatabase): Promise<unknown> {
  const { sql } = database;
  return {
    partitions: await partitionsOf(database),
    granted: [
      ...(await sql`SELECT relname, has_table_privilege('pg_monitor', oid, 'SELECT') AS may FROM pg_class WHERE relkind = 'r' AND relname ~ '^events' ORDER BY 1`),
    ],
    archive: [
      ...(await sql`SELECT partition_name, bound, reason, detached_at IS NOT NULL AS "isDetached" FROM partition_archive ORDER BY 1`),
    ],
    rows: [...(await sql`SELECT (SELECT count(*) FROM events)::int AS events`)],
  };
}

test("before each message", async () => {
  await using database = await createDatabase();
  await using project = await policyProject(database.url, { events: policy });
  await prepare(database);
  const messages = await undisturbed(database, project);
  const expected = await outcomeOf(database);
  expect(expected).toMatchObject({
    archive: [{ isDetached: true }, { isDetached: true }],
    rows: [{ events: 1 }],
  });
  const steps = messages.filter((message) => message.from === "client" && isStep(message));
  expect(steps.length).toBeGreaterThan(10);
  for (const { number, type } of steps) {
    const what = `killed before message ${number} (${type})`;
    await prepare(database);
    await killBefore(database, project, number, what);
    await eventually(
      () =>
        database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'veza-db%'`,
      ({ length }) => length === 0,
      `${what}: the session to end`,
    );
    const next = await project.partition("maintain --json");
    expect([what, next.code, next.stderr.includes('"error"')]).toEqual([what, 0, false]);
    expect([what, await outcomeOf(database)]).toEqual([what, expected]);
    expect([what, (await project.partition("maintain --check")).code]).toEqual([what, 0]);
  }
});

async function undisturbed(database: TestDatabase, project: PolicyProject): Promise<readonly ProxyMessage[]> {
  await using place = await cutAt(database, () => false);
  const run = await project.partition("maintain --json", { env: { DATABASE_URL: place.url } });
  expect(run.code, run.stderr).toBe(0);
  return place.messages;
}

/** The message never arrives, nor anything after it; then the process is gone. */
async function killBefore(
  database: TestDatabase,
  project: PolicyProject,
  number: number,
  what: string,
): Promise<void> {
  let reached = (): void => {};
  const moment = new Promise<void>((resolve) => (reached = resolve));
  await using proxy = await proxyTo(database.url, {
    onMessage: (message) => {
      const isTheOne = message.connection === 1 && message.from === "client" && message.number === number;
      if (isTheOne) reached();
      return isTheOne ? "hold" : "pass";
    },
  });
  const child = spawn(process.execPath, [cliFile, "partition", "maintain"], {
    cwd: project.folder,
    env: cleanEnvironment({ DATABASE_URL: proxy.through(database.url) }),
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  await Promise.race([moment, ended]);
  expect([what, child.exitCode]).toEqual([what, null]);
  child.kill("SIGKILL");
  await ended;
}
