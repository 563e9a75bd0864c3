/** Conversions and maintenance while others write: nobody fails, and every row is what the ledger says. Killed anywhere, too. */
import { spawn } from "node:child_process";
import { describe } from "vitest";
import { cleanEnvironment, cliFile, temporaryProject } from "../support/cli.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { eventually } from "../migrate/support/veza.ts";
import { policyProject, namesOf, partitionsOf } from "../partition/support/project.ts";
import { createLedger, differences, startLoad } from "./support/ledger.ts";

const rows = 8000;

/** Runs the tool and kills it, with SIGKILL, as soon as it says that a phase begins. True when it was killed there. */
async function killAt(
  database: TestDatabase,
  folder: string,
  args: readonly string[],
  said: string,
): Promise<boolean> {
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd: folder,
    env: cleanEnvironment({ DATABASE_URL: database.url }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let all = "";
  let isKilled = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    all += text;
    if (all.includes(said) && !isKilled) {
      isKilled = true;
      child.kill("SIGKILL");
    }
  });
  await new Promise((resolve) => child.once("close", resolve));
  if (!isKilled) throw new Error(`it never said "${said}": ${all}`);
  return isKilled;
}

async function start(database: TestDatabase): Promise<string[]> {
  await createLedger(database, rows);
  return ["partition", "convert", "messages", "--by", "at", "--yes", "--lock-wait", "1min"];
}

test("convert under load, with a reader that stays for a second: no failed writer, every row and version as in the ledger", async () => {
  await using database = await createDatabase();
  const args = await start(database);
  await using project = await policyProject(database.url, {});
  const load = startLoad(database.url, { rows, readerMs: 1000 });
  const run = await project.veza([...args, "--json"]);
  const { failures, transactions } = await load.stop();
  expect(run.code, run.stderr).toBe(0);
  expect(failures).toEqual([]);
  expect(transactions).toBeGreaterThan(100);
  expect(await differences(database)).toEqual([]);
  expect(await differences(database, "messages_legacy")).toEqual([]);
  expect((await namesOf(database, "messages")).length).toBeGreaterThan(10);
});

describe("killed as the phase begins, under load", () => {
  const phases = ["index", "cutover", "staging", "sync", "copy", "keys", "verify", "swap", "finish"] as const;
  test.each(phases)("%s: resumed, it ends as if nothing had been", async (phase) => {
    await using database = await createDatabase();
    const args = await start(database);
    await using project = await policyProject(database.url, {});
    const load = startLoad(database.url, { rows, writers: 2 });
    await killAt(database, project.folder, args, `${phase}: `);
    expect(await differences(database)).toEqual([]);
    const run = await project.veza(["partition", "convert", "messages", "--resume", "--json"]);
    const { failures } = await load.stop();
    expect(run.code, run.stderr).toBe(0);
    expect(failures).toEqual([]);
    expect(await differences(database)).toEqual([]);
    expect(await differences(database, "messages_legacy")).toEqual([]);
  });

  test.each(["index", "cutover", "sync", "copy", "verify", "swap"] as const)(
    "%s: aborted, the table is as it was",
    async (phase) => {
      await using database = await createDatabase();
      const args = await start(database);
      await using project = await policyProject(database.url, {});
      const load = startLoad(database.url, { rows, writers: 2 });
      await killAt(database, project.folder, args, `${phase}: `);
      let run = await project.veza(["partition", "convert", "messages", "--abort", "--yes", "--json"]);
      // The kill may have come too late: then there is a swap to take back.
      if (run.code === 4 && phase === "swap")
        run = await project.veza(["partition", "convert", "messages", "--rollback", "--yes", "--json"]);
      const { failures } = await load.stop();
      expect(run.code, run.stderr).toBe(0);
      expect(failures).toEqual([]);
      expect(await differences(database)).toEqual([]);
      const left =
        await database.sql`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1`;
      expect(
        left.map(({ relname }) => String(relname)).filter((name) => !name.startsWith("partition_")),
      ).toEqual(["ledger", "messages", "rooms"]);
      expect(
        await database.sql`SELECT relkind::text FROM pg_class WHERE oid = 'messages'::regclass`,
      ).toMatchObject([{ relkind: "r" }]);
      expect(
        await database.sql`SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
      ).toHaveLength(0);
    },
  );
});

test("rolled back under load after its swap: nothing that was written since is lost", async () => {
  await using database = await createDatabase();
  const args = await start(database);
  await using project = await policyProject(database.url, {});
  const load = startLoad(database.url, { rows, writers: 2 });
  expect((await project.veza([...args, "--json"])).code).toBe(0);
  const run = await project.veza(["partition", "convert", "messages", "--rollback", "--yes", "--json"]);
  const { failures } = await load.stop();
  expect(run.code, run.stderr).toBe(0);
  expect(failures).toEqual([]);
  expect(await differences(database)).toEqual([]);
});

test("a default partition is emptied under load, killed in the middle and gone on with: rows are never invisible", async () => {
  await using database = await createDatabase();
  await createLedger(database, rows, true);
  await using project = await policyProject(database.url, {
    messages: { table: "messages", column: "at", interval: "month", premake: 2 },
  });
  expect((await project.partition("verify --json")).data()["problems"]).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: "default-rows" })]),
  );
  const load = startLoad(database.url, { rows, readerMs: 300 });
  await killAt(database, project.folder, ["partition", "maintain"], "copy: ");
  expect(await differences(database)).toEqual([]);
  const watch = watchCount(database);
  const run = await project.partition("maintain --json");
  const seen = await watch.stop();
  const { failures } = await load.stop();
  expect(run.code, run.stderr).toBe(0);
  expect(failures).toEqual([]);
  expect(seen).toEqual([]);
  expect(await differences(database)).toEqual([]);
  const bounds = await partitionsOf(database, "messages");
  expect(bounds.length).toBeGreaterThan(8);
  expect(await database.sql`SELECT FROM messages_default`).toHaveLength(0);
  expect((await project.partition("maintain --check")).code).toBe(0);
});

/** Looks again and again whether the table has every row of the ledger, in one snapshot. */
function watchCount({ sql }: TestDatabase): { stop(): Promise<string[]> } {
  let isOver = false;
  const wrong: string[] = [];
  const all = (async () => {
    while (!isOver) {
      const [row] = await sql<
        { m: number; l: number }[]
      >`SELECT (SELECT count(*) FROM messages)::int AS m, (SELECT count(*) FROM ledger WHERE NOT is_gone)::int AS l`;
      if (row?.m !== row?.l) wrong.push(`${row?.m ?? "?"} of ${row?.l ?? "?"}`);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await all;
      return wrong;
    },
  };
}

test("paused and resumed from another session", async () => {
  await using database = await createDatabase();
  const args = await start(database);
  await using project = await temporaryProject({});
  await using other = await policyProject(database.url, {});
  await killAt(database, project.folder, args, "sync: ");
  await eventually(
    () => other.veza(["partition", "convert", "messages", "--pause", "--json"]),
    ({ code }) => code === 0,
    "the pause",
  );
  expect(
    (await other.veza(["partition", "convert", "messages", "--status", "--json"])).data()["conversion"],
  ).toMatchObject({ status: "paused" });
  expect((await other.veza([...args, "--json"])).error()).toMatchObject({
    code: "partition.conversion-exists",
  });
  const resumed = await other.veza(["partition", "convert", "messages", "--resume", "--json"]);
  expect(resumed.data()["conversion"]).toMatchObject({ status: "done" });
  expect(
    (await other.veza(["partition", "convert", "messages", "--abort", "--yes", "--json"])).error(),
  ).toMatchObject({ code: "partition.no-conversion" });
});

test("stopped by a signal in the middle of the copy: 130, and it goes on from there", async () => {
  await using database = await createDatabase();
  const args = await start(database);
  await using project = await policyProject(database.url, {});
  const stop = new AbortController();
  const run = await project.veza(args, {
    signal: stop.signal,
    onStderr: (text) => {
      if (text.includes("copy: ")) stop.abort();
    },
  });
  expect(run.code, run.stderr).toBe(130);
  expect(run.stderr).toContain("--resume");
  expect(await differences(database)).toEqual([]);
  const resumed = await project.veza(["partition", "convert", "messages", "--resume", "--json"]);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await differences(database)).toEqual([]);
});
