/** Who waits for whom: pure, and on a living server. */
import { describe } from "vitest";
import { arrangeTree } from "../../src/stats/lock-tree.ts";
import type { Wait } from "../../src/stats/lock-tree.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { hold, holdWaiting, stats } from "./support/stats.ts";
import { startOwnServer } from "./support/servers.ts";

function tree(
  ...waits: readonly (readonly [pid: number, blockedBy: readonly number[], waitMs?: number])[]
): string[] {
  const list: readonly Wait[] = waits.map(([pid, blockedBy, waitMs = 0]) => ({ pid, blockedBy, waitMs }));
  return arrangeTree(list).map(
    ({ pid, depth, waiting, isCircular }) =>
      `${"  ".repeat(depth)}${pid} +${waiting}${isCircular ? " circle" : ""}`,
  );
}

describe("arrangeTree", () => {
  test.each([
    ["nobody waits", tree(), []],
    ["one waits", tree([2, [1]]), ["1 +1", "  2 +0"]],
    ["three levels", tree([3, [2]], [2, [1]], [4, [3]]), ["1 +3", "  2 +2", "    3 +1", "      4 +0"]],
    [
      "the root that blocks most comes first",
      tree([2, [1]], [4, [3]], [5, [3]]),
      ["3 +2", "  4 +0", "  5 +0", "1 +1", "  2 +0"],
    ],
    ["the longest wait comes first", tree([2, [1], 5], [3, [1], 50]), ["1 +2", "  3 +0", "  2 +0"]],
    ["one that waits for two stands once", tree([3, [1, 2]]), ["1 +1", "  3 +0", "2 +1"]],
    ["two in a circle", tree([1, [2], 9], [2, [1], 5]), ["1 +1 circle", "  2 +1 circle"]],
    [
      "one that hangs on a circle",
      tree([1, [2], 1], [2, [1], 5], [3, [1], 90]),
      ["2 +2 circle", "  1 +2 circle", "    3 +0"],
    ],
    ["a prepared transaction is the pid 0", tree([7, [0]]), ["0 +1", "  7 +0"]],
  ])("%s", (_name, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

test("a three-level tree on a server, its root idle in a transaction", async () => {
  await using database = await createDatabase();
  const { sql, url } = database;
  await sql`CREATE TABLE accounts (id int PRIMARY KEY, n int)`;
  await sql`INSERT INTO accounts SELECT g, 0 FROM generate_series(1, 3) AS g`;
  await using root = await hold(sql, "UPDATE accounts SET n = 1 WHERE id = 1");
  await using middle = await holdWaiting(
    sql,
    ["UPDATE accounts SET n = 2 WHERE id = 2"],
    "UPDATE accounts SET n = 2 WHERE id = 1",
  );
  await using leaf = await holdWaiting(
    sql,
    [],
    "UPDATE accounts SET n = 3 WHERE id = 2 -- \u001b[31mred\u0007",
  );
  const said = await stats(url, "locks --tree --json");
  expect(said.rows()).toMatchObject([
    {
      pid: root.pid,
      depth: 0,
      waiting: 2,
      state: "idle in transaction",
      cancel: `SELECT pg_terminate_backend(${root.pid})`,
    },
    { pid: middle.pid, depth: 1, waiting: 1, blockedBy: [root.pid], mode: "ShareLock", cancel: null },
    { pid: leaf.pid, depth: 2, waiting: 0, blockedBy: [middle.pid], waitMs: expect.any(Number) },
  ]);
  const people = await stats(url, "locks --tree");
  expect(people.stdout).toMatch(
    new RegExp(`^${root.pid} .*\\n└─ ${middle.pid} .*\\n└─── ${leaf.pid} .*`, "m"),
  );
  expect(people.stdout).toContain(
    `To free 2 sessions from ${root.pid}: SELECT pg_terminate_backend(${root.pid});`,
  );
  expect(people.stdout).not.toContain("\u001b");
  expect(people.stdout).toContain("\\u001b[31mred\\u0007");
});

test("a prepared transaction is a root, with its name and the command that ends it", async () => {
  await using server = await startOwnServer({ max_prepared_transactions: "3" });
  const { sql, url } = server;
  await sql`CREATE TABLE accounts (id int PRIMARY KEY, n int)`;
  await sql`INSERT INTO accounts VALUES (1, 1), (2, 2)`;
  const session = await sql.reserve();
  for (const [gid, id] of [
    ["it''s held", 1],
    ["nobody waits", 2],
  ] as const)
    await session.unsafe(`BEGIN; UPDATE accounts SET n = 2 WHERE id = ${id}; PREPARE TRANSACTION '${gid}'`);
  session.release();
  await using waiting = await holdWaiting(sql, [], "UPDATE accounts SET n = 3 WHERE id = 1");
  const [root, leaf] = (await stats(url, "locks --json")).rows();
  expect(root).toMatchObject({
    pid: 0,
    gids: ["it's held"],
    state: "prepared",
    waiting: 1,
    database: "veza",
    transactionMs: expect.any(Number),
    cancel: "ROLLBACK PREPARED 'it''s held'",
  });
  expect(leaf).toMatchObject({ pid: waiting.pid, depth: 1, blockedBy: [0] });
  const people = await stats(url, "locks --tree");
  expect(people.stdout).toContain(
    "To free 1 session from the prepared it's held: ROLLBACK PREPARED 'it''s held';",
  );
  await sql.unsafe(String(root?.["cancel"]));
  await sql.unsafe("ROLLBACK PREPARED 'nobody waits'");
});

test("a circle is named before the server breaks it", async () => {
  await using database = await createDatabase();
  const { sql, url, name } = database;
  await sql.unsafe(`ALTER DATABASE "${name}" SET deadlock_timeout = '20s'`);
  await sql`CREATE TABLE pair (id int PRIMARY KEY)`;
  await sql`INSERT INTO pair VALUES (1), (2)`;
  const { default: postgres } = await import("postgres");
  const others = postgres(url, { max: 2, onnotice: () => {} });
  try {
    const [one, two] = [await others.reserve(), await others.reserve()];
    await one.unsafe("BEGIN; UPDATE pair SET id = 1 WHERE id = 1");
    await two.unsafe("BEGIN; UPDATE pair SET id = 2 WHERE id = 2");
    const running = [
      one.unsafe("UPDATE pair SET id = 2 WHERE id = 2"),
      two.unsafe("UPDATE pair SET id = 1 WHERE id = 1"),
    ].map((query) =>
      query.then(
        () => undefined,
        () => undefined,
      ),
    );
    let said = await stats(url, "locks --json");
    while (said.rows().length < 2) said = await stats(url, "locks --json");
    expect(said.rows()).toMatchObject([{ isDeadlock: true }, { isDeadlock: true }]);
    expect(said.notes()).toContain("in a circle");
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name} AND wait_event_type = 'Lock'`;
    await Promise.all(running);
  } finally {
    await others.end({ timeout: 1 });
  }
});
