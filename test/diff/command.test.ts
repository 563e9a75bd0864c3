/** `veza-db diff`: sides, proof, hazards and what it writes. */
import { readdirSync } from "node:fs";
import { runCli, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { createDatabase, expect, onServer, test } from "../support/database.ts";

const from = `
  CREATE TYPE mood AS ENUM ('low', 'high');
  CREATE TABLE users (id int PRIMARY KEY, mood mood, email text);
  CREATE VIEW ids AS SELECT id FROM users;
  CREATE VIEW more AS SELECT id + 1 AS next FROM ids;
  GRANT SELECT ON more TO pg_monitor;
  COMMENT ON VIEW ids IS 'all of them';
`;
const to = `
  CREATE TYPE mood AS ENUM ('low', 'middle', 'high');
  CREATE TABLE users (id bigint PRIMARY KEY, mood mood DEFAULT 'middle', email text NOT NULL, CHECK (id > 0));
  CREATE INDEX users_email ON users (email);
  CREATE VIEW ids AS SELECT id FROM users;
  CREATE VIEW more AS SELECT id + 1 AS next FROM ids;
  GRANT SELECT ON more TO pg_monitor;
  COMMENT ON VIEW ids IS 'all of them';
`;

interface Diff {
  readonly equal: boolean;
  readonly sql: string;
  readonly changes: readonly { readonly action: string; readonly kind: string; readonly name: string }[];
  readonly hazards: readonly string[];
  readonly written: readonly string[];
  readonly proof: { readonly triedIn: string | null; readonly pgDump: string };
}

function dataOf(result: CliResult): Diff {
  const document = result.json();
  if (typeof document !== "object" || document === null || !("data" in document))
    throw new Error(result.stderr);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields are what this test is about
  return document.data as Diff;
}

test("the SQL between a database and a file leads there, by a driver and with rows", async ({ database }) => {
  await database.sql.unsafe(from);
  await database.sql.unsafe("INSERT INTO users VALUES (1, 'low', 'a'), (2, 'high', 'b')");
  await using project = await temporaryProject({ "to.sql": to });
  const run = (...args: string[]): Promise<CliResult> => runCli(["diff", ...args], { cwd: project.folder });
  const found = dataOf(await run(database.url, "to.sql", "--json"));
  expect(found.equal).toBe(false);
  expect(new Set(found.changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`))).toEqual(
    new Set([
      "alter enum public.mood",
      "alter column public.users.email",
      "alter column public.users.id",
      "alter column public.users.mood",
      "create constraint public.users.users_id_check",
      "create index public.users_email",
    ]),
  );
  expect(found.hazards).toEqual(["REWRITES_TABLE", "BLOCKS_READS", "BLOCKS_WRITES", "DEPENDS_ON_DATA"]);
  expect(found.proof.triedIn).toContain("same server");
  expect((await run(database.url, "to.sql", "--check", "-q")).code).toBe(1);
  await database.sql.unsafe(found.sql);
  expect(await database.sql`SELECT id, mood::text, email FROM users ORDER BY id`).toEqual([
    { id: "1", mood: "low", email: "a" },
    { id: "2", mood: "high", email: "b" },
  ]);
  expect((await run(database.url, "to.sql", "--check", "-q")).code).toBe(0);
  const left = await onServer(
    (admin) => admin`SELECT datname FROM pg_database WHERE datname LIKE 'veza\\_drift\\_%\\_diff'`,
  );
  expect(left).toEqual([]);
});

test("--write wants every hazard allowed by name, and what it writes migrates", async () => {
  await using database = await createDatabase();
  await using project = await temporaryProject({
    "migrations/2024-01-01-001-first.sql": from,
    "schema/one.sql": to,
  });
  const env = { VEZA_DB_URL: database.url };
  const run = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: project.folder, env });
  await run("migrate", "--yes");
  const call = ["diff", database.url, "schema", "--write", "next step"];
  const refused = await run(...call, "--allow", "REWRITES_TABLE", "--json");
  expect(refused.code).toBe(4);
  expect(refused.errorJson()).toMatchObject({
    error: { code: "diff.hazard", hazards: ["DEPENDS_ON_DATA"] },
  });
  expect(readdirSync(project.path("migrations"))).toHaveLength(1);
  expect((await run(...call, "--allow", "NONSENSE")).code).toBe(2);
  const allowed = ["REWRITES_TABLE", "DEPENDS_ON_DATA"].flatMap((hazard) => ["--allow", hazard]);
  const written = dataOf(await run(...call, ...allowed, "--json")).written;
  expect(written.map((path) => path.replace(/^.*-\d{3}-/, ""))).toEqual([
    "next-step-labels.sql",
    "next-step.sql",
    "next-step-concurrently.sql",
  ]);
  expect(await project.read(written[2] ?? "")).toMatch(
    /^-- veza: no-transaction\n[\s\S]*CREATE INDEX CONCURRENTLY/,
  );
  expect((await run("migrate", "--yes")).code).toBe(0);
  expect(
    dataOf(await run("diff", "migrations", "schema", "--shadow-url", database.url, "--json")).equal,
  ).toBe(true);
});

test("what is written neither blocks readers for a scan nor takes an index away under ACCESS EXCLUSIVE", async ({
  database,
}) => {
  const before = "CREATE TABLE a (id int, b int); CREATE INDEX a_b ON a (b);";
  await database.sql.unsafe(`${before} INSERT INTO a VALUES (1, 2)`);
  await using project = await temporaryProject({
    "migrations/2024-01-01-001-first.sql": before,
    "to.sql": "CREATE TABLE a (id int PRIMARY KEY, b int DEFAULT 3 NOT NULL, UNIQUE (b) INCLUDE (id));",
  });
  const call = ["diff", database.url, "to.sql", "--write", "keys", "--allow", "DEPENDS_ON_DATA", "--json"];
  const result = await runCli(call, { cwd: project.folder });
  const { written, proof } = dataOf(result);
  expect(proof.triedIn).not.toBeNull();
  expect(written).toHaveLength(2);
  // Who inserts nothing needs the default before NULL is refused.
  expect(await project.read(written[0] ?? "")).toContain("ALTER COLUMN b SET DEFAULT 3;");
  const text = await project.read(written[1] ?? "");
  expect(text).toMatch(/^-- veza: no-transaction\n/);
  for (const part of [
    "DROP INDEX CONCURRENTLY public.a_b;",
    "CHECK (b IS NOT NULL) NOT VALID;",
    "CREATE UNIQUE INDEX CONCURRENTLY a_pkey ON public.a (id);",
    "ADD CONSTRAINT a_b_id_key UNIQUE USING INDEX a_b_id_key;",
  ])
    expect(text).toContain(part);
});

test("--url names where two files are made; the order of columns alone says why there is no SQL", async ({
  database,
}) => {
  await using project = await temporaryProject({
    "a.sql": "CREATE TABLE t (x int, y int);",
    "b.sql": "CREATE TABLE t (y int, x int);",
  });
  const { code, stdout, stderr } = await runCli(["diff", "a.sql", "b.sql", "--url", database.url], {
    cwd: project.folder,
  });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("a.sql (in a temporary database on the same server)");
  expect(stdout).toContain("No SQL brings this about");
  expect(stderr).toContain("the order of its columns cannot be changed");
});

test("a role that may not read everything is never told that nothing differs", async ({ database }) => {
  const role = `diff_limited_${database.name.replaceAll(/\W/g, "_")}`.slice(0, 60);
  await database.sql.unsafe(
    `CREATE ROLE ${role} LOGIN PASSWORD 'x'; CREATE SUBSCRIPTION sb CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false);`,
  );
  try {
    const limited = new URL(database.url);
    [limited.username, limited.password] = [role, "x"];
    const result = await runCli(["diff", limited.href, limited.href, "--json"]);
    expect([result.code, result.stdout]).toEqual([3, ""]);
    expect(result.errorJson()).toMatchObject({ error: { code: "catalog.partial" } });
  } finally {
    await database.sql.unsafe("ALTER SUBSCRIPTION sb DISABLE");
    await database.sql.unsafe("ALTER SUBSCRIPTION sb SET (slot_name = NONE)");
    await database.sql.unsafe("DROP SUBSCRIPTION sb");
    await database.sql.unsafe(`DROP ROLE ${role}`);
  }
});

test("what no SQL keeps is said and refused; a side that is none is a wrong call", async ({ database }) => {
  await using project = await temporaryProject({
    "a.sql": "CREATE TABLE t (id int) PARTITION BY RANGE (id);",
    "b.sql": "CREATE TABLE t (id int) PARTITION BY HASH (id);",
    "broken.sql": "CREATE TABLE t (id int);\nCREATE TABLE t (id int);",
  });
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(["diff", ...args, "--shadow-url", database.url, "--json"], { cwd: project.folder });
  const refused = await run("a.sql", "b.sql");
  expect([refused.code, refused.stdout]).toEqual([4, ""]);
  expect(refused.errorJson()).toMatchObject({
    error: { code: "diff.not-by-sql", obstacles: [{ kind: "table", name: "public.t" }] },
  });
  expect((await run("a.sql", "nowhere.sql")).code).toBe(2);
  const broken = await run("a.sql", "broken.sql");
  expect(broken.errorJson()).toMatchObject({ error: { code: "diff.side-failed", line: 2 } });
  expect(broken.code).toBe(5);
});

test("two files need no server that is named: the tool's own serves, of whichever major there is", async () => {
  await using project = await temporaryProject({ "from.sql": "CREATE TABLE a (id int);", "to.sql": "" });
  const { code, stdout, stderr } = await runCli(["diff", "from.sql", "to.sql"], { cwd: project.folder });
  expect({ code, stdout }, stderr).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("DROP TABLE public.a"),
  });
  await runCli(["dev", "down"], { cwd: project.folder });
});
