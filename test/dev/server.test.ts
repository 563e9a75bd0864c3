/** The embedded server from first start to reset. */
import { access, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { expect, test } from "vitest";
import { ensureServer, resetServer, runningServer, stopServer } from "../../src/dev/server.ts";
import { temporaryProject } from "../support/cli.ts";
import { act, serverOptions, startActor } from "./actor.ts";

async function ask(url: string, text: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe(text).values();
    return Array.isArray(row) ? row[0] : undefined;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The session that a process belongs to; where the system does not tell, the process itself. */
async function sessionOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat === undefined ? pid : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}

test("starts, is found, stops, and keeps data and port", async () => {
  await using project = await temporaryProject();
  const stateDir = project.path(".veza");
  const said: string[] = [];
  const options = { ...serverOptions(stateDir), report: (line: string) => said.push(line) };
  expect(await runningServer(options)).toBeUndefined();
  expect(await stopServer(options)).toMatchObject({ stopped: false });

  const first = await ensureServer(options);
  expect(first).toMatchObject({ started: true, host: "127.0.0.1", user: "postgres", database: "veza" });
  expect(first.url).toBe(`postgres://postgres@127.0.0.1:${first.port}/veza`);
  expect(said[0]).toMatch(/^initialising PostgreSQL \d+\.\d+ under \.veza\//);
  expect(await readFile(join(stateDir, ".gitignore"), "utf8")).toBe("*\n");
  await access(first.logFile);

  expect(await ask(first.url, "SHOW server_version")).toContain(first.version);
  expect(await ask(first.url, "SHOW listen_addresses")).toBe("127.0.0.1");
  expect(await ask(first.url, "SHOW unix_socket_directories")).toBe("");
  expect(await ask(first.url, "SHOW shared_preload_libraries")).toBe("pg_stat_statements");
  expect(await ask(first.url, "SHOW max_connections")).toBe("100");
  expect(await ask(first.url, "SHOW timezone")).toBe("UTC");
  expect(
    await ask(first.url, "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'veza'"),
  ).toBe("UTF8");
  expect(
    await ask(first.url, "SELECT string_agg(c, '' ORDER BY c) FROM unnest(array['b','Ä','a','B']) AS c"),
  ).toBe("BabÄ");
  await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");

  expect(await ensureServer(options)).toEqual({ ...first, started: false });
  expect(await runningServer(options)).toEqual({ ...first, started: false });

  expect(await stopServer(options)).toEqual({ stopped: true, pid: first.pid, dataDir: first.dataDir });
  expect(await runningServer(options)).toBeUndefined();
  expect(await stopServer(options)).toMatchObject({ stopped: false });

  const second = await ensureServer(options);
  expect(second).toMatchObject({ started: true, port: first.port });
  expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);

  const reset = await resetServer(options);
  expect(reset).toMatchObject({ started: true, major: first.major });
  expect(await ask(reset.url, "SELECT to_regclass('kept') IS NULL")).toBe(true);
});

test("takes another port where somebody has taken its own; stays the version it is", async () => {
  await using project = await temporaryProject();
  const options = serverOptions(project.path(".veza"));
  const first = await ensureServer(options);
  await stopServer(options);
  const squatter = createServer();
  await new Promise<void>((resolve, reject) => {
    squatter.once("error", reject).listen({ host: "127.0.0.1", port: first.port }, resolve);
  });
  try {
    expect(await runningServer(options)).toBeUndefined();
    const second = await ensureServer(options);
    expect(second.port).not.toBe(first.port);
    expect(await ask(second.url, "SELECT 1")).toBe(1);
  } finally {
    squatter.close();
  }
  // And refuses to be another version than the one that runs.
  const other = first.major === 14 ? 15 : first.major - 1;
  await expect(ensureServer({ ...options, pgVersion: other })).rejects.toMatchObject({
    code: "dev.other-version-running",
    exitCode: 4,
  });
  expect(await ensureServer({ ...options, pgVersion: first.major })).toMatchObject({ started: false });
});

test("refuses a version that is not supported", async () => {
  await using project = await temporaryProject();
  await expect(
    ensureServer({ ...serverOptions(project.path(".veza")), pgVersion: 13 }),
  ).rejects.toMatchObject({
    code: "dev.unsupported-version",
    exitCode: 2,
  });
});

test("outlives the process that started it, and its whole session", async () => {
  await using project = await temporaryProject();
  const options = serverOptions(project.path(".veza"));
  const { child, ended } = startActor("ensure", options);
  const { code, result } = await ended;
  expect({ code, result }).toMatchObject({ code: 0, result: { started: true } });
  const server = await runningServer(options);
  expect(server?.pid).toBeGreaterThan(0);
  expect(server?.pid).not.toBe(child.pid);
  expect(await sessionOf(server?.pid ?? 0)).toBe(server?.pid);
});

test("five processes at once: one starts it, all use it", async () => {
  await using project = await temporaryProject();
  const options = serverOptions(project.path(".veza"));
  const ends = await Promise.all(Array.from({ length: 5 }, () => act("ensure", options)));
  const server = await runningServer(options);
  expect(server).toBeDefined();
  const results = ends.map((end) => end.result);
  for (const result of results) expect(result).toMatchObject({ pid: server?.pid, url: server?.url });
  expect(results.filter((result) => JSON.stringify(result).includes('"started":true'))).toHaveLength(1);
});

test("data of another version or broken data: says so and names the way out", async () => {
  await using project = await temporaryProject();
  const options = serverOptions(project.path(".veza"));
  const { dataDir, major } = await ensureServer(options);
  await stopServer(options);
  await writeFile(join(dataDir, "PG_VERSION"), "9\n");
  const refusal = {
    code: "dev.data-unusable",
    exitCode: 3,
    hint: expect.stringContaining("veza-db dev reset"),
  };
  await expect(ensureServer(options)).rejects.toMatchObject({
    ...refusal,
    detail: expect.stringContaining("9"),
  });
  await writeFile(join(dataDir, "PG_VERSION"), `${major}\n`);
  await writeFile(join(dataDir, "global", "pg_control"), "");
  await expect(ensureServer(options)).rejects.toMatchObject(refusal);
  await writeFile(project.path(".veza/embedded.json"), "{");
  await expect(ensureServer(options)).rejects.toMatchObject({ code: "dev.state-unreadable", exitCode: 3 });
  expect(await resetServer(options)).toMatchObject({ started: true, major });

  // A server that does not start shows the last lines of its log.
  await stopServer(options);
  await writeFile(join(dataDir, "pg_hba.conf"), "nonsense\n");
  await expect(ensureServer(options)).rejects.toMatchObject({
    code: "dev.start-failed",
    exitCode: 3,
    detail: expect.stringMatching(/pg_hba[^]*Log: \/.*\.log$/),
    hint: expect.stringContaining("veza-db dev reset"),
  });
});
