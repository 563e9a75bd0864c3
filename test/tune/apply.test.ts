/** Settings written, read back and taken back on servers of the tests' own. */
import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import postgres from "postgres";
import { expect, test } from "vitest";
import { advisoryKeys } from "../../src/locks/advisory.ts";
import { skipHereUnless } from "../support/skip.ts";
import { machine, startTunedServer, told } from "./support/server.ts";

const lock = advisoryKeys("tune");

test("apply, restart, values in force, undo, restart, as before", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET work_mem = '7MB'");
  await server.query("ALTER SYSTEM SET random_page_cost = 3");
  await server.query("SELECT pg_reload_conf()");
  const before = await server.autoConf();
  const all =
    "SELECT name, setting FROM pg_settings WHERE source <> 'client' AND name !~ '^transaction_|wal_segment'";
  await server.restart();
  const settingsBefore = await server.query(all);

  const applied = await server.tune(["apply", ...machine, "--yes", "--json"]);
  expect(applied.code).toBe(0);
  const { id, settings } = told(applied.stdout);
  const status = Object.fromEntries(settings.map((setting) => [setting.name, setting.status]));
  expect(status).toMatchObject({
    shared_buffers: "pending restart",
    effective_cache_size: "applied",
    random_page_cost: "applied",
  });
  expect(await server.show("random_page_cost")).toBe("1.1");
  expect(await server.show("shared_buffers")).toBe("128MB");
  expect((await server.tune(["check"])).code).toBe(0);
  // What only waits for the restart is not advised again.
  const again = await server.tune([...machine, "--json"]);
  expect(told(again.stdout).settings).toEqual([]);

  const journal = server.project.path(`.veza/tune/${id}.json`);
  expect((await stat(journal)).mode & 0o777).toBe(0o600);
  expect((await stat(server.project.path(".veza/tune"))).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(journal, "utf8"))).toMatchObject({ state: "applied" });

  await server.restart();
  expect(await server.show("shared_buffers")).toBe("256MB");
  const checked = await server.tune(["check", "--json"]);
  expect(told(checked.stdout).settings.every((setting) => setting.status === "applied")).toBe(true);

  const undone = await server.tune(["undo", "--yes", "--json"]);
  expect(undone.code).toBe(0);
  expect(await server.autoConf()).toBe(before);
  expect(await server.show("work_mem")).toBe("7MB");
  expect(await server.show("random_page_cost")).toBe("3");
  await server.restart();
  expect(await server.query(all)).toEqual(settingsBefore);
  expect((await server.tune(["undo", id ?? "", "--yes"])).code).toBe(4);
  expect((await server.tune(["undo"])).code).toBe(0);
});

test("a server started with -c, a role and a database that have values of their own", async () => {
  await using server = await startTunedServer({ random_page_cost: "2" });
  await server.query("CREATE ROLE app");
  await server.query("ALTER ROLE app SET work_mem = '64kB'");
  const [{ name } = { name: "" }] = await server.query<{ name: string }>("SELECT current_database() AS name");
  await server.query(`ALTER DATABASE "${name}" SET effective_cache_size = '1GB'`);
  const applied = await server.tune(["apply", ...machine, "--set", "work_mem=1MB", "--yes", "--json"]);
  expect(applied.code).toBe(1);
  const by = Object.fromEntries(
    told(applied.stdout)
      .settings.filter(({ status }) => status === "overridden")
      .map((setting) => [setting.name, setting.by]),
  );
  expect(by).toEqual({
    random_page_cost: ["command line"],
    work_mem: ["role app (64kB)"],
    effective_cache_size: [`database ${name} (1GB)`],
  });
  expect((await server.tune(["check"])).code).toBe(1);
  expect((await server.tune(["undo", "--yes"])).code).toBe(0);
});

test("what the server would refuse, or not start with, is refused before anything is changed", async () => {
  await using server = await startTunedServer();
  const before = await server.autoConf();
  await server.query("SELECT pg_create_physical_replication_slot('standby')");
  const refuse = async (values: Readonly<Record<string, string>>, ...sized: string[]): Promise<void> => {
    const words = Object.keys(values).flatMap((value) => [
      "--only",
      value.split("=")[0] ?? "",
      "--set",
      value,
    ]);
    const call = await server.tune(["apply", ...words, ...sized, "--yes", "--json"]);
    expect({ values, code: call.code }).toEqual({ values, code: 4 });
    expect(call.errorJson()).toMatchObject({ error: { code: "tune.refused" } });
    for (const why of Object.values(values)) expect(call.stderr).toContain(why);
  };
  const much = ["--ram", "64TB", "--cpu", "2"];
  await refuse({ "shared_buffers=200GB": "it would not start" }, "--ram", "1TB", "--cpu", "2");
  await refuse({ "work_mem=2GB": "100 connections leave" }, ...machine);
  await refuse({ "max_locks_per_transaction=100000000": "it would not start" }, ...machine);
  await refuse({ "max_connections=262143": "the server starts with 262143 at most" }, ...much);
  await refuse(
    {
      "max_connections=3": "must be more than the 3 that are reserved",
      "wal_level=minimal": "wal_level minimal with a replication slot",
      "max_replication_slots=0": "must hold the 1 slots",
      "min_wal_size=2MB": "must hold two WAL segments",
      "huge_pages=on": "huge_pages on without so many huge pages",
      "work_mem=1kB": "work_mem takes 64 to",
      "random_page_cost=-1": "random_page_cost takes 0 to",
      "shared_preload_libraries=nowhere": "shared_preload_libraries takes a text",
      "block_size=4096": "block_size is fixed",
      "ssl=on": "another ssl cannot be told",
      "port=80": "another port cannot be told",
      "min_dynamic_shared_memory=1GB": "another min_dynamic_shared_memory cannot be told",
      "max_worker_processes=262143": "the server starts with 262143 at most",
    },
    ...machine,
  );
  expect(await server.autoConf()).toBe(before);
  const kept = await readdir(server.project.path(".veza/tune"));
  expect(kept.filter((name) => !name.startsWith("seen-"))).toEqual([]);
});

test("two runs at once: one writes, the other is refused, whatever their databases", async () => {
  await using server = await startTunedServer();
  await server.query("CREATE DATABASE other");
  const other = new URL(server.url);
  other.pathname = "/other";
  const call = ["apply", ...machine, "--yes", "--json"];
  const runs = await Promise.all([
    server.tune(call),
    server.tune(call, { url: other.href }),
    server.tune(call, { url: other.href }),
  ]);
  // All three may be refused by each other; never do two write.
  // One that reads after another has ended finds nothing left to write: it has no journal.
  const written = runs.filter(({ code, stdout }) => code === 0 && told(stdout).id !== null);
  expect(written.length).toBeLessThanOrEqual(1);
  for (const run of runs.filter(({ code }) => code !== 0)) {
    expect(run.code).toBe(4);
    expect(["tune.running", "tune.changed-meanwhile", "tune.unfinished"]).toContain(
      (run.errorJson() as { error: { code: string } }).error.code,
    );
  }
  expect((await server.tune(["check"])).code).toBe(0);

  // One that holds the lock in another database.
  const sql = postgres(other.href, { max: 1 });
  try {
    await sql`SELECT pg_advisory_lock(${lock[0]}, ${lock[1]})`;
    const refused = await server.tune(["apply", ...machine, "--set", "work_mem=1MB", "--yes", "--json"]);
    expect(refused.code).toBe(4);
    expect(refused.errorJson()).toMatchObject({ error: { code: "tune.running" } });
    expect(refused.stderr).toContain("in database other");
  } finally {
    await sql.end({ timeout: 5 });
  }
});

test("a broken line in the configuration is refused, with its place", async () => {
  await using server = await startTunedServer();
  await appendFile(`${server.dataDir}/postgresql.conf`, "\nwork_mem = plenty\nno such line\n");
  const before = await server.autoConf();
  const applied = await server.tune(["apply", ...machine, "--yes", "--json"]);
  expect(applied.code).toBe(4);
  expect(applied.errorJson()).toMatchObject({ error: { code: "tune.broken-configuration" } });
  expect(applied.stderr).toMatch(/postgresql\.conf:\d+: /);
  expect(await server.autoConf()).toBe(before);
});

test("without a terminal it wants --yes", async () => {
  await using server = await startTunedServer();
  const asked = await server.tune(["apply", ...machine, "--json"]);
  expect(asked.code).toBe(4);
  expect(asked.errorJson()).toMatchObject({ error: { code: "cli.not-confirmed" } });
  expect(await server.autoConf()).toBe("");
});

test("a provider's server gets the provider's commands", async () => {
  await using server = await startTunedServer();
  await server.query("CREATE ROLE rds_superuser");
  await server.query("CREATE ROLE owner LOGIN");
  const url = new URL(server.url);
  url.username = "owner";
  const applied = await server.tune(["apply", ...machine, "--yes", "--json"], { url: url.href });
  expect(applied.code).toBe(4);
  expect(applied.errorJson()).toMatchObject({ error: { code: "tune.alter-system-refused" } });
  expect(applied.stderr).toContain("tune -o rds");
  const advised = await server.tune(machine, { url: url.href });
  expect(advised.stdout).toContain("veza-db tune -o rds");
});

test("a role that lacks the privilege is told which; one that has it applies", async (context) => {
  await using server = await startTunedServer();
  await server.query("CREATE ROLE tuner LOGIN");
  const url = new URL(server.url);
  url.username = "tuner";
  const call = ["apply", ...machine, "--only", "work_mem", "--set", "work_mem=1MB", "--yes"];
  const refused = await server.tune(call, { url: url.href });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain("ALTER SYSTEM of work_mem");
  skipHereUnless(context, server.major >= 15, "before 15 ALTER SYSTEM cannot be granted");
  await server.query("GRANT ALTER SYSTEM ON PARAMETER work_mem TO tuner");
  await server.query("GRANT SELECT ON pg_file_settings TO tuner");
  await server.query("GRANT EXECUTE ON FUNCTION pg_show_all_file_settings(), pg_reload_conf() TO tuner");
  expect((await server.tune(call, { url: url.href })).code).toBe(0);
  expect(await server.show("work_mem")).toBe("1MB");
});

test("allow_alter_system = off gets a file", async (context) => {
  await using server = await startTunedServer();
  skipHereUnless(context, server.major >= 17, "allow_alter_system came with 17");
  await appendFile(`${server.dataDir}/postgresql.conf`, "\nallow_alter_system = off\n");
  await server.query("SELECT pg_reload_conf()");
  await expect.poll(() => server.show("allow_alter_system")).toBe("off");
  const applied = await server.tune(["apply", ...machine, "--yes", "--json"]);
  expect(applied.code).toBe(4);
  expect(applied.stderr).toContain("tune -o conf");
});

test("undo where allow_alter_system was turned off since says what stood there, and a way that works", async (context) => {
  await using server = await startTunedServer();
  skipHereUnless(context, server.major >= 17, "allow_alter_system came with 17");
  await server.query("ALTER SYSTEM SET random_page_cost = 3");
  const only = ["--only", "random_page_cost", "--only", "effective_cache_size"];
  expect((await server.tune(["apply", ...machine, ...only, "--yes"])).code).toBe(0);
  const file = `${server.dataDir}/postgresql.conf`;
  const before = await readFile(file, "utf8");
  await writeFile(file, `${before}\nallow_alter_system = off\n`);
  await server.query("SELECT pg_reload_conf()");
  await expect.poll(() => server.show("allow_alter_system")).toBe("off");
  const refused = await server.tune(["undo", "--yes", "--json"]);
  expect(refused.code).toBe(4);
  const { error }: { error: { detail: string; hint: string } } = JSON.parse(refused.stderr);
  expect(error.detail).toContain("random_page_cost: 1.1 now, 3 before");
  expect(error.detail).toContain("effective_cache_size: 768MB now, no line before");
  expect(error.hint).toContain(`allow_alter_system = on in ${file} at line `);
  expect(error.hint).not.toContain("-o conf");
  // As the hint says.
  await writeFile(file, before);
  await server.query("SELECT pg_reload_conf()");
  await expect.poll(() => server.show("allow_alter_system")).toBe("on");
  const [words = ""] = /tune undo \S+/.exec(error.hint) ?? [];
  expect((await server.tune([...words.split(" ").slice(1), "--yes"])).code).toBe(0);
  expect(await server.show("random_page_cost")).toBe("3");
});

test("whoever looks between another run's ALTER SYSTEM and its reload advises nothing twice", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET shared_buffers = '200MB'");
  const looked = await server.tune([
    ...machine,
    ...["--only", "shared_buffers", "--set", "shared_buffers=200MB", "--json"],
  ]);
  expect(told(looked.stdout).settings).toEqual([]);
});

test("the room on the disk of pg_wal is known where the server's own folder is here", async () => {
  await using server = await startTunedServer();
  const free = async (): Promise<unknown> => {
    const { data }: { data: { machine: { walDiskFreeBytes: unknown } } } = JSON.parse(
      (await server.tune([...machine, "--json"])).stdout,
    );
    return data.machine.walDiskFreeBytes;
  };
  expect(await free()).toBeGreaterThan(0);
  // Another server's folder at the same path, as beside a container.
  const pid = `${server.dataDir}/postmaster.pid`;
  const content = await readFile(pid, "utf8");
  const lines = content.split("\n");
  lines[2] = String(Number(lines[2]) - 3600);
  await writeFile(pid, lines.join("\n"));
  expect(await free()).toBeNull();
  await writeFile(pid, content);
});
