/** What was written, checked and taken back later. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { journalSchema, writeJournal } from "../../src/tune/journal.ts";
import { readJournals } from "../../src/tune/read-journals.ts";
import { temporaryProject } from "../support/cli.ts";
import { machine, startTunedServer, told } from "./support/server.ts";

test("check ends 1 when the server strays; undo keeps what was changed since", async () => {
  await using server = await startTunedServer();
  const only = ["--only", "work_mem", "--only", "random_page_cost"];
  expect((await server.tune(["apply", ...machine, ...only, "--set", "work_mem=1MB", "--yes"])).code).toBe(0);
  await server.query("ALTER SYSTEM SET work_mem = '9MB'");
  await server.query("SELECT pg_reload_conf()");
  const checked = await server.tune(["check", "--json"]);
  expect(checked.code).toBe(1);
  expect(told(checked.stdout).settings).toEqual([
    expect.objectContaining({ name: "random_page_cost", status: "applied" }),
    expect.objectContaining({
      name: "work_mem",
      status: "strayed",
      by: ["postgresql.auto.conf says 9MB"],
    }),
  ]);
  const undone = await server.tune(["undo", "--yes"]);
  expect(undone.code).toBe(0);
  expect(undone.stderr).toContain("work_mem was changed since to 9MB and is kept");
  expect(await server.show("work_mem")).toBe("9MB");
  expect(await server.show("random_page_cost")).toBe("4");
  // The command that the warning names.
  const [, id = ""] = /tune undo (\S+) --force/.exec(undone.stderr) ?? [];
  expect((await server.tune(["undo", id, "--force", "--yes"])).code).toBe(0);
  expect(await server.show("work_mem")).toBe("4MB");
});

test("an older run is taken out from under a newer one", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET work_mem = '7MB'");
  await server.query("SELECT pg_reload_conf()");
  const write = async (...values: readonly string[]): Promise<string> => {
    const only = values.flatMap((value) => ["--only", value.split("=")[0] ?? "", "--set", value]);
    const { id } = told((await server.tune(["apply", ...machine, ...only, "--yes", "--json"])).stdout);
    if (id === null) throw new Error("nothing was written");
    return id;
  };
  const older = await write("work_mem=1MB", "random_page_cost=2");
  const newer = await write("work_mem=2MB");
  const undone = await server.tune(["undo", older, "--yes"]);
  expect(undone.stderr).toContain("work_mem was changed since to 2MB and is kept");
  expect(await server.show("random_page_cost")).toBe("4");
  expect(await server.show("work_mem")).toBe("2MB");
  expect((await server.tune(["check"])).code).toBe(0);
  expect((await server.tune(["undo", newer, "--yes"])).code).toBe(0);
  expect(await server.show("work_mem")).toBe("7MB");
  expect((await server.tune(["undo", newer, "--yes", "--json"])).errorJson()).toMatchObject({
    error: { code: "tune.already-undone" },
  });
});

test("what waits for a restart, to come or to go, is no broken line", async () => {
  await using server = await startTunedServer();
  const call = ["apply", "--ram", "4GB", "--cpu", "2", "--only", "shared_buffers", "--yes"];
  expect((await server.tune(call)).code).toBe(0);
  await server.restart();
  expect((await server.tune(["undo", "--yes"])).code).toBe(0);
  // The running value is the wanted one; after the next restart it would be gone.
  const again = await server.tune([...call, "--json"]);
  expect(again.code).toBe(0);
  expect(told(again.stdout).settings).toEqual([
    expect.objectContaining({ name: "shared_buffers", status: "applied" }),
  ]);
  expect((await server.tune(["check"])).code).toBe(0);
});

test("-1, for which the server puts a number", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET wal_buffers = '1MB'");
  await server.restart();
  const sized = ["--ram", "4GB", "--cpu", "2"];
  const call = ["apply", ...sized, "--only", "wal_buffers", "--set", "wal_buffers=-1", "--yes", "--json"];
  expect(told((await server.tune(call)).stdout).settings).toEqual([
    expect.objectContaining({ name: "wal_buffers", status: "pending restart" }),
  ]);
  await server.restart();
  expect(await server.show("wal_buffers")).toBe("4MB");
  const checked = await server.tune(["check", "--json"]);
  expect(checked.code).toBe(0);
  expect(told(checked.stdout).settings).toEqual([
    expect.objectContaining({ name: "wal_buffers", status: "applied" }),
  ]);
  expect(told((await server.tune(call)).stdout).settings).toEqual([]);
});

test("journals of one second are in the order in which their runs began", async () => {
  await using project = await temporaryProject({});
  const folder = join(project.folder, "tune");
  const [early, late] = ["20260102T030405Z-ffffffff", "20260102T030405Z-00000000"] as const;
  const common = {
    schema: journalSchema,
    state: "applied",
    cluster: "c",
    server: "s",
    version: "15.1",
    finishedAt: null,
    settings: [],
  } as const;
  writeJournal(folder, { ...common, id: late, startedAt: "2026-01-02T03:04:05.900Z" });
  writeJournal(folder, { ...common, id: early, startedAt: "2026-01-02T03:04:05.100Z" });
  expect(readJournals(folder, "c").map(({ id }) => id)).toEqual([early, late]);
});
