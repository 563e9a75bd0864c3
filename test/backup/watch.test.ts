/** Whoever watches: metrics, hooks, pings, anomalies; and the backup before migrations. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe } from "vitest";
import { lastRunsIn, renderMetrics } from "../../src/backup/watch/metrics-file.ts";
import { ping } from "../../src/backup/watch/ping.ts";
import { eventually } from "../migrate/support/veza.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { backupProject, fillDatabase, hasClients, writeProgram } from "./support/backup.ts";

/** A dead man's switch that remembers who called. */
async function startSwitch(): Promise<{ url: string; calls: string[] } & AsyncDisposable> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(request.url ?? "");
    response.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/uuid`,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a switch that takes the call and never answers is not waited for", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await ping(`http://127.0.0.1:${port}/secret`, "start", 100)).toMatch(
    /^The ping of http:\/\/127\.0\.0\.1:\d+ did not get through: .*timeout/,
  );
  silent.closeAllConnections();
  silent.close();
});

test("last runs are read back as they were written, whatever the names", () => {
  const runs = [
    { database: "app", exitCode: 0, at: 1_795_420_800.25 },
    { database: 'a"b\\n\nc', exitCode: 3, at: 5 },
  ];
  expect(lastRunsIn(renderMetrics([], runs))).toEqual(runs);
  expect(lastRunsIn("nothing")).toEqual([]);
});

describe.runIf(hasClients)("watching", () => {
  test("metrics of success, proof and drill; after a failure the exit code, and the old success", async ({
    database,
  }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    await project.backup("--metrics-file textfile/veza.prom");
    const first = await project.read("textfile/veza.prom");
    expect(first).toContain(`veza_backup_count{database="${database.name}"} 1\n`);
    expect(first).toContain(`veza_backup_rows{database="${database.name}"} 123\n`);
    expect(first).toContain(`veza_backup_last_exit_code{database="${database.name}"} 0\n`);
    expect(first).toMatch(/^veza_backup_last_success_timestamp_seconds\{.*\} 1\d{9}(\.\d+)?$/m);
    expect(first).not.toContain("veza_backup_last_drill");
    for (const line of first.trimEnd().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) veza_backup_\w+ .+|veza_backup_\w+\{database="[^"]+"\} [\d.]+)$/);
    const env = { VEZA_DB_BACKUP_METRICS_FILE: "textfile/veza.prom" };
    await project.veza(["backup", "verify", "--level", "restore", "--server", database.url], { env });
    expect(await project.read("textfile/veza.prom")).toContain("veza_backup_last_drill_timestamp_seconds{");
    expect((await project.veza("backup --before /bin/false", { env })).code).toBe(5);
    const failed = await project.read("textfile/veza.prom");
    expect(failed).toContain(`veza_backup_last_exit_code{database="${database.name}"} 5\n`);
    expect(failed).toContain(`veza_backup_count{database="${database.name}"} 1\n`);
  });

  test("hooks are told what goes on; the one before can forbid, the one after cannot spoil", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    const log = await writeProgram(
      project,
      "log.sh",
      `#!/bin/sh\necho "$VEZA_BACKUP_HOOK $VEZA_BACKUP_STATUS $VEZA_BACKUP_DATABASE $VEZA_BACKUP_ID" >> "${project.path("log")}"\nenv | grep -c PGPASSWORD >> "${project.path("log")}" || true\n`,
    );
    const { id } = await project.backup(`--before ${log} --after ${log}`);
    expect(await project.read("log")).toBe(
      `before  ${database.name} \n0\nafter ok ${database.name} ${String(id)}\n0\n`,
    );
    const spoiled = await project.veza("backup --after /bin/false --json");
    expect(spoiled.code).toBe(0);
    expect(spoiled.json()["warnings"]).toEqual([expect.stringContaining("/bin/false")]);
    await project.write("log", "");
    expect((await project.veza(`backup --before /bin/false --after ${log}`)).code).toBe(5);
    expect(await project.read("log")).toContain("after failed");
  });

  test("pings: start, success, fail; one that does not get through is a warning without the secret in it", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    await using heard = await startSwitch();
    await project.backup(`--ping ${heard.url}`);
    expect(heard.calls).toEqual(["/uuid/start", "/uuid"]);
    await project.veza(`backup --before /bin/false --ping ${heard.url}`);
    expect(heard.calls.slice(2)).toEqual(["/uuid/start", "/uuid/fail"]);
    const unheard = await project.veza("backup --json --ping http://127.0.0.1:1/top-secret");
    expect(unheard.code).toBe(0);
    expect(unheard.json()["warnings"]).toEqual([expect.stringContaining("http://127.0.0.1:1")]);
    expect(unheard.stdout).not.toContain("top-secret");
  });

  test("what a file tells of one database's last run stays when another's, or a verification, writes it anew", async ({
    database,
  }) => {
    await using other = await createDatabase();
    await using project = await backupProject(database.url);
    const env = { VEZA_DB_BACKUP_METRICS_FILE: "veza.prom" };
    const exitCode = async (name: string): Promise<string | undefined> =>
      new RegExp(`^veza_backup_last_exit_code\\{database="${name}"\\} (\\d+)$`, "m").exec(
        await project.read("veza.prom"),
      )?.[1];
    await project.backup("--metrics-file veza.prom");
    expect((await project.veza("backup --before /bin/false", { env })).code).toBe(5);
    const failed = await project.read("veza.prom");
    expect((await project.veza("backup", { env: { ...env, DATABASE_URL: other.url } })).code).toBe(0);
    expect((await project.veza("backup verify", { env })).code).toBe(0);
    expect([await exitCode(database.name), await exitCode(other.name)]).toEqual(["5", "0"]);
    const [time] = /^veza_backup_last_run_timestamp.*$/m.exec(failed) ?? [];
    expect(await project.read("veza.prom")).toContain(time);
  });

  test("--all-databases is one call for whoever waits: one start, and fail when one of them failed", async ({
    database,
  }) => {
    await using bad = await createDatabase();
    await bad.sql`COMMENT ON DATABASE ${bad.sql(bad.name)} IS 'bad'`;
    await using project = await backupProject(database.url);
    await using heard = await startSwitch();
    const before = await writeProgram(
      project,
      "before.sh",
      `#!/bin/sh\n[ "$VEZA_BACKUP_DATABASE" = "${bad.name}" ] && exit 1\n[ "$VEZA_BACKUP_DATABASE" = "${database.name}" ] || exit 1\n`,
    );
    const called = await project.veza([
      ...["backup", "--all-databases", "--before", before, "--ping", heard.url],
      ...["--metrics-file", "veza.prom", "--json"],
    ]);
    expect(called.error()).toMatchObject({
      code: "backup.hook-failed",
      failed: expect.arrayContaining([bad.name]),
      stateText: `1 backup made: ${database.name}.`,
    });
    expect(heard.calls).toEqual(["/uuid/start", "/uuid/fail"]);
    const metrics = await project.read("veza.prom");
    expect(metrics).toContain(`veza_backup_last_exit_code{database="${bad.name}"} 5\n`);
    expect(metrics).toContain(`veza_backup_last_exit_code{database="${database.name}"} 0\n`);
    // Where not even the names can be read, somebody is told as well.
    const down = await project.veza(["backup", "--all-databases", "--ping", heard.url], {
      env: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/x" },
    });
    expect([down.code, heard.calls.slice(2)]).toEqual([3, ["/uuid/start", "/uuid/fail"]]);
  });

  test("a hook that hangs is ended with what it started; one that leaves something running is not waited for", async ({
    database,
  }) => {
    await using project = await backupProject(database.url);
    const hang = await writeProgram(
      project,
      "hang.sh",
      `#!/bin/sh\necho "I hang"\nsleep 300 &\necho $! > "${project.path("pid")}"\nwait\n`,
    );
    const env = { VEZA_DB_BACKUP_HOOK_TIMEOUT: "300ms" };
    const forbidden = await project.veza(["backup", "--before", hang, "--json"], { env });
    expect(forbidden.error()).toMatchObject({
      code: "program.timeout",
      exitCode: 3,
      detail: "I hang",
      stateText: "Nothing was backed up.",
    });
    const pid = Number(await project.read("pid"));
    await eventually(
      async () => isRunning(pid),
      (is) => !is,
      "what the hook has started to end",
    );
    const spoiled = await project.veza(["backup", "--after", hang, "--json"], { env });
    expect([spoiled.code, spoiled.json()["warnings"]]).toEqual([
      0,
      [expect.stringContaining("hang.sh took longer")],
    ]);
    const leave = await writeProgram(
      project,
      "leave.sh",
      `#!/bin/sh\nsleep 300 &\necho $! > "${project.path("pid")}"\n`,
    );
    const begun = performance.now();
    expect((await project.veza(["backup", "--after", leave])).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(60_000);
    process.kill(Number(await project.read("pid")), "SIGKILL");
  });

  test("metrics that cannot be written are a warning, and the backup is made", async ({ database }) => {
    await using project = await backupProject(database.url);
    await project.write("folder/x", "");
    const called = await project.veza(["backup", "--metrics-file", "folder", "--json"]);
    expect(called.code, called.stderr).toBe(0);
    expect(called.json()["warnings"]).toEqual([expect.stringContaining("The metrics could not be written")]);
  });

  test("half of the usual rows: a warning, with --strict exit 1 and nothing pruned until one is well again", async ({
    database,
  }) => {
    await fillDatabase(database, 500);
    await using project = await backupProject(database.url);
    for (let run = 0; run < 3; run++) expect(await project.backup()).toMatchObject({ anomalies: [] });
    await database.sql`DELETE FROM notes`;
    await database.sql`DELETE FROM people WHERE id > 100`;
    const warned = await project.veza("backup --json");
    expect(warned).toMatchObject({ code: 0 });
    expect(warned.json()["warnings"]).toContainEqual(
      expect.stringContaining("203 rows, below half of the usual 1103"),
    );
    const strict = await project.veza("backup --strict --json --keep-days 0");
    expect(strict).toMatchObject({ code: 1 });
    expect(strict.data()).toMatchObject({
      pruned: [],
      anomalies: [expect.stringContaining("rows"), expect.stringContaining("bytes")],
    });
    expect((await project.veza("backup prune --keep-days 0 --force --json")).error()).toMatchObject({
      reason: "failed-run",
    });
    const last: unknown = JSON.parse(await project.read(".veza/last/backup.json"));
    expect(last).toMatchObject({ exitCode: 1 });
  });

  test("migrate --backup-first: a backup before the first migration; without it none", async ({
    database,
  }) => {
    await fillDatabase(database, 10);
    await using project = await backupProject(database.url);
    await project.write("migrations/2026-01-01-001-x.sql", "ALTER TABLE notes ADD COLUMN x int;");
    const refused = await project.veza("migrate --backup-first --json", {
      env: { VEZA_DB_BACKUP_BEFORE: "/bin/false" },
    });
    expect(refused.error()).toMatchObject({
      code: "backup.hook-failed",
      stateText: "No migration was applied.",
    });
    expect((await project.veza("migrate --backup-first --json")).data()["applied"]).toHaveLength(1);
    const listed = (await project.veza("backup list --json")).data()["backups"];
    expect(listed).toMatchObject([{ rows: 123, ok: true }]);
    // Nothing pending, nothing to back up for.
    await project.veza("migrate --backup-first");
    expect((await project.veza("backup list --json")).data()["backups"]).toHaveLength(1);
  });
});
