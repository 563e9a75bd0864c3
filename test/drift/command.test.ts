/** `veza-db drift` against a database that was migrated, then tampered with. */
import { createDatabase, expect, onServer, test } from "../support/database.ts";
import { runCli, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";

const one = [
  "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, kind varchar(10) CHECK (kind IN ('a', 'b')));",
  "CREATE TABLE events (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);",
  "CREATE TABLE events_p2024_01 PARTITION OF events FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00');",
  "CREATE INDEX events_what ON events (what);",
].join("\n");
const two = "CREATE INDEX users_email ON users (email);\n";
const files = { "migrations/2024-01-01-001-users.sql": one, "migrations/2024-01-02-002-index.sql": two };

interface Drift {
  readonly equal: boolean;
  readonly changes: readonly {
    readonly action: string;
    readonly kind: string;
    readonly name: string;
    readonly severity: string;
  }[];
  readonly pending: readonly { readonly id: string }[];
  readonly scratch: { readonly place: string };
  readonly sql: string;
  readonly rules: readonly { readonly state: string }[];
}

function dataOf(result: CliResult): Drift {
  const document = result.json();
  if (typeof document !== "object" || document === null || !("data" in document)) throw new Error("no data");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields are what this test is about
  return document.data as Drift;
}

test("says nothing where nothing differs, names what does, and reads a second time from the cache", async ({
  database,
}) => {
  await using project = await temporaryProject(files);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  expect((await run("migrate", "--to", "2024-01-01-001", "--yes")).code).toBe(0);
  const clean = await run("drift", "--json");
  expect([clean.code, clean.stderr]).toEqual([0, ""]);
  expect(dataOf(clean)).toMatchObject({ equal: true, changes: [], scratch: { place: "same-server" } });
  expect(dataOf(clean).pending.map(({ id }) => id)).toEqual(["2024-01-02-002"]);

  // A month that a job made is no drift; everything else is.
  await database.sql.unsafe(`
    CREATE TABLE events_p2024_02 PARTITION OF events FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00');
    ALTER TABLE users ALTER email DROP NOT NULL;
    CREATE INDEX by_hand ON users (kind);
    GRANT SELECT ON users TO PUBLIC;
    COMMENT ON TABLE users IS 'mine'`);
  const tampered = await run("drift", "--json");
  expect(tampered.code).toBe(1);
  const { changes, equal, scratch, sql } = dataOf(tampered);
  expect([equal, scratch.place]).toEqual([false, "cache"]);
  expect(changes.map(({ action, kind, name, severity }) => `${action} ${kind} ${name} ${severity}`)).toEqual([
    "alter table public.users security",
    "alter column public.users.email integrity",
    "drop index public.by_hand performance",
  ]);
  await database.sql.unsafe(sql);
  expect(dataOf(await run("drift", "--json"))).toMatchObject({ equal: true, sql: "", hazards: [] });
  await database.sql.unsafe("CREATE INDEX by_hand ON users (kind)");
  expect((await run("drift", "--fail-on", "integrity", "-q")).code).toBe(0);
  await expectNothingLeft();
});

test("a partition beside the grid, or unlike its parent, is drift", async ({ database }) => {
  await using project = await temporaryProject(files);
  const env = { VEZA_DB_URL: database.url };
  await runCli(["migrate", "--yes"], { cwd: project.folder, env });
  await database.sql.unsafe(`
    CREATE TABLE odd PARTITION OF events FOR VALUES FROM ('2024-03-02 00:00:00+00') TO ('2024-04-01 00:00:00+00');
    CREATE TABLE fat PARTITION OF events FOR VALUES FROM ('2024-05-01 00:00:00+00') TO ('2024-06-01 00:00:00+00');
    CREATE INDEX ON fat (at);`);
  const result = await runCli(["drift", "--json"], { cwd: project.folder, env });
  expect(dataOf(result).changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    "table public.fat",
    "table public.odd",
  ]);
});

test("rules let pass what they name, and those that match nothing are told", async ({ database }) => {
  const rules = {
    ignore: [
      { kind: "index", name: "public.by_*", reason: "a trial" },
      { kind: "table", name: "public.gone", reason: "old", expires: "2020-01-01" },
      { name: "nothing", reason: "none" },
    ],
  };
  await using project = await temporaryProject({ ...files, "drift.json": JSON.stringify(rules) });
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  await run("migrate", "--yes");
  await database.sql.unsafe("CREATE INDEX by_hand ON users (kind)");
  const result = await run("drift", "--json");
  expect(result.code).toBe(0);
  expect(dataOf(result).rules.map(({ state }) => state)).toEqual(["used", "expired", "unused"]);
  await project.write("bad.json", JSON.stringify({ ignore: [{ name: "x" }] }));
  expect((await run("drift", "--ignore", "bad.json")).code).toBe(2);
  expect((await run("drift", "--ignore", "none.json")).code).toBe(2);
});

test("what was applied counts, not what the file says now", async ({ database }) => {
  await using project = await temporaryProject(files);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  await run("migrate", "--yes");
  await project.write("migrations/2024-01-02-002-index.sql", "CREATE INDEX other ON users (email);\n");
  const result = await run("drift", "--json", "--fresh");
  expect([result.code, dataOf(result).equal]).toEqual([0, true]);
});

test("the forms for machines", async ({ database }) => {
  await using project = await temporaryProject(files);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  await run("migrate", "--yes");
  await database.sql.unsafe('CREATE TABLE "<odd> & 100%\n"" (id int)'.replace('\n""', '\n"'));
  expect((await run("drift", "-o", "github")).stdout).toMatch(
    /^::error title=Drift \(integrity\)::table public\."<odd> & 100%25%0A" is there, but no migration makes it\n$/,
  );
  expect((await run("drift", "-o", "junit")).stdout).toContain(
    'name="public.&quot;&lt;odd&gt; &amp; 100%&#10;&quot;"',
  );
  const sarif: unknown = JSON.parse((await run("drift", "-o", "sarif")).stdout);
  expect(sarif).toMatchObject({
    version: "2.1.0",
    runs: [{ results: [{ ruleId: "drift/integrity", level: "error" }] }],
  });
  expect((await run("drift", "-o", "markdown")).stdout).toContain("| integrity |");
});

test("two databases made by the same migrations never differ", async () => {
  await using project = await temporaryProject(files);
  await using first = await createDatabase();
  await using second = await createDatabase();
  for (const { url } of [first, second]) {
    expect(
      (await runCli(["migrate", "--yes"], { cwd: project.folder, env: { VEZA_DB_URL: url } })).code,
    ).toBe(0);
    expect((await runCli(["drift", "-q"], { cwd: project.folder, env: { VEZA_DB_URL: url } })).code).toBe(0);
  }
  await expectNothingLeft();
});

async function expectNothingLeft(): Promise<void> {
  const left = await onServer(
    (admin) =>
      admin`SELECT datname FROM pg_database WHERE starts_with(datname, 'veza_drift_') AND datname NOT LIKE '%\\_diff'`,
  );
  expect(left).toEqual([]);
}
