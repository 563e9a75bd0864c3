/** Databases that cannot be had: each with its own words, exit 3 (or 2 for a wrong call), and no password anywhere. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import { runCli } from "../support/cli.ts";
import { createDatabase, expect, onServer, test, urlOf } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { stubServer } from "./support/stub-server.ts";
import { createRole } from "./support/role.ts";
import { historyOf } from "./support/state.ts";
import { migrationProject } from "./support/veza.ts";

const files = { "2024-01-01-001-one.sql": "CREATE TABLE one ();" };

test("no database named: exit 2, with the three ways to name one", async () => {
  await using project = await migrationProject(undefined, files);
  for (const command of ["migrate", "migrate status", "migrate --dry-run"]) {
    const result = await project.veza(`${command} --json`);
    expect(result.error()).toMatchObject({ code: "connection.not-named", exitCode: 2 });
  }
  const { stderr } = await project.veza("migrate");
  for (const way of ["--url", "DATABASE_URL", "PGHOST", "--embedded"]) expect(stderr).toContain(way);
});

test("a port where nobody listens", async () => {
  const port = await freePort();
  await using project = await migrationProject(`postgres://me:s3cret@127.0.0.1:${port}/app`, files);
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code: "connection.unreachable",
    exitCode: 3,
    message: `Cannot reach the server of me@127.0.0.1:${port}/app: nobody listens there.`,
    detail: expect.stringContaining("DATABASE_URL"),
  });
  expect(result.stderr).not.toContain("s3cret");
});

test("a host that nobody knows", async () => {
  await using project = await migrationProject("postgres://me@no-such-host.invalid:5432/app", files);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "connection.unreachable",
    exitCode: 3,
  });
});

test("a database that does not exist", async ({ database }) => {
  await using project = await migrationProject(urlOf(`${database.name}_none`), files);
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code: "connection.no-such-database",
    exitCode: 3,
    sqlstate: "3D000",
    hint: expect.stringMatching(/^createdb -h /),
  });
});

test("a role that does not exist, and one that may not connect", async ({ database }) => {
  await using role = await createRole(database);
  await onServer((admin) => admin.unsafe(`REVOKE CONNECT ON DATABASE ${database.name} FROM PUBLIC`));
  await using project = await migrationProject(role.url, files);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("permission denied for database"),
  });
  const url = new URL(database.url);
  url.username = "no_such_role";
  expect((await project.veza(`migrate --json --url ${url.href}`)).error()).toMatchObject({
    code: "connection.login-failed",
    exitCode: 3,
  });
});

test.each([
  ["28P01", 'password authentication failed for user "me"', "connection.login-failed"],
  ["28000", 'no pg_hba.conf entry for host "10.0.0.1"', "connection.login-failed"],
  ["53300", "sorry, too many clients already", "connection.refused-by-server"],
  ["57P03", "the database system is starting up", "connection.refused-by-server"],
])("a server that answers the login with %s", async (sqlstate, message, code) => {
  await using server = await stubServer({ refusal: { sqlstate, message } });
  await using project = await migrationProject(`postgres://me:s3cret@127.0.0.1:${server.port}/app`, files);
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code,
    exitCode: 3,
    sqlstate,
    message: expect.stringContaining(message),
  });
  expect(result.stderr + result.stdout).not.toContain("s3cret");
});

test.each(["13.14", "9.6.24", "12.19 (Debian 12.19-1)"])(
  "a server of version %s is too old",
  async (version) => {
    await using server = await stubServer({ version });
    await using project = await migrationProject(`postgres://me@127.0.0.1:${server.port}/app`, files);
    for (const command of ["migrate", "migrate status"]) {
      expect((await project.veza(`${command} --json`)).error()).toMatchObject({
        code: "connection.server-too-old",
        exitCode: 3,
        message: `The server runs PostgreSQL ${version}; veza-db supports 14 and newer.`,
      });
    }
  },
);

test("something listens that never answers: given up in time, and the process ends", async () => {
  const sockets = new Set<Socket>();
  const deaf = createServer((socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  try {
    for (const sslmode of ["disable", "prefer", "require"]) {
      const url = `postgres://me@127.0.0.1:${portOf(deaf.address())}/app?sslmode=${sslmode}`;
      await using project = await migrationProject(url, files);
      const result = await runCli(["migrate", "--json"], {
        cwd: project.folder,
        env: { ...project.env, VEZA_DB_CONNECT_TIMEOUT: "300ms" },
        timeoutMs: 15_000,
      });
      expect([sslmode, result.code]).toEqual([sslmode, 3]);
      expect(result.stderr).toContain("no answer in time");
      // Who listens need not be started: it is busy, or cannot read its catalogs.
      if (sslmode === "disable") expect(result.stderr).toContain("ACCESS EXCLUSIVE");
    }
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => deaf.close(resolve));
  }
});

test("something else listens: no PostgreSQL", async () => {
  const web = createServer((socket) =>
    socket
      .on("error", () => {})
      .resume()
      .end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  );
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  try {
    await using project = await migrationProject(
      `postgres://me@127.0.0.1:${portOf(web.address())}/app`,
      files,
    );
    const result = await runCli(["migrate", "--json"], {
      cwd: project.folder,
      env: { ...project.env, VEZA_DB_CONNECT_TIMEOUT: "2s" },
      timeoutMs: 15_000,
    });
    expect(result.errorJson()).toMatchObject({ error: { code: "connection.not-postgres", exitCode: 3 } });
  } finally {
    await new Promise((resolve) => web.close(resolve));
  }
});

test("--wait waits for a server that starts late", async ({ database }) => {
  // Nobody listens at first, then it refuses, then it is there.
  await using proxy = await proxyTo(database.url);
  proxy.refuse(true);
  await using project = await migrationProject(proxy.through(database.url), files);
  const result = await project.veza("migrate --wait 30s", {
    onStderr: (text) => text.includes("Waiting for the server") && proxy.refuse(false),
  });
  expect(result).toMatchObject({ code: 0 });
  expect(result.stderr.match(/Waiting for the server/g)).toHaveLength(1);
  expect(await historyOf(database.sql)).toHaveLength(1);
});

test("--wait waits while the server says that it is starting, and no longer than told", async () => {
  await using server = await stubServer({
    refusal: { sqlstate: "57P03", message: "the database system is starting up" },
  });
  await using project = await migrationProject(`postgres://me@127.0.0.1:${server.port}/app`, files);
  const result = await project.veza("migrate --wait 600ms --json");
  expect(result.error()).toMatchObject({ sqlstate: "57P03", exitCode: 3 });
  expect(server.logins).toBeGreaterThan(1);
});

test("--wait does not wait for what will not come by itself: a wrong password, a missing database", async () => {
  for (const sqlstate of ["28P01", "3D000"]) {
    await using server = await stubServer({ refusal: { sqlstate, message: "no" } });
    await using project = await migrationProject(`postgres://me@127.0.0.1:${server.port}/app`, files);
    expect((await project.veza("migrate --wait 1h --json")).error()).toMatchObject({ sqlstate, exitCode: 3 });
    expect(server.logins).toBe(1);
  }
});

test("a connection string that cannot be read is not repeated", async () => {
  await using project = await migrationProject("postgres://me:s3cret@host:port/app", files);
  for (const url of [
    "postgres://me:s3cret@host:port/app",
    "nonsense s3cret",
    "postgres://me:s3cret@host:99999/app",
  ]) {
    const result = await project.veza(["migrate", "--url", url, "--json"]);
    expect([url, result.code]).toEqual([url, 2]);
    expect(result.stderr.replaceAll("nonsense", "")).not.toContain("s3cret");
  }
});

test("a database with an awkward name is migrated, confirmed and named", async () => {
  const name = `veza "test" größe $x ${Math.random().toString(36).slice(2)}`;
  await onServer((admin) => admin`CREATE DATABASE ${admin(name)} TEMPLATE template0`);
  try {
    const url = new URL(urlOf("x"));
    url.pathname = `/${encodeURIComponent(name)}`;
    await using project = await migrationProject(url.href, {
      ...files,
      "2024-01-01-001-one.down.sql": "DROP TABLE one;",
    });
    expect((await project.veza("migrate --json")).data()).toMatchObject({ database: name });
    expect(await project.veza(["migrate", "down", "--confirm", name])).toMatchObject({ code: 0 });
  } finally {
    await onServer((admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
  }
});

test("the password is nowhere: not in messages, not in --echo, not in the last outcome", async () => {
  await using database = await createDatabase();
  await using role = await createRole(database);
  await database.sql.unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name}`);
  await using project = await migrationProject(role.url, {
    ...files,
    "2024-01-02-002-bad.sql": "SELECT 1/0;",
  });
  const said: string[] = [];
  for (const args of [
    "migrate --echo --verbose",
    "migrate --json",
    "migrate status --json",
    "migrate history",
    "migrate plan",
  ]) {
    const result = await project.veza(args);
    said.push(result.stdout, result.stderr);
  }
  said.push(await project.read(".veza/last/migrate.json"));
  const all = said.join("\n");
  expect(all).toContain(role.name);
  for (const form of [role.password, encodeURIComponent(role.password), encodeURI(role.password)])
    expect(all).not.toContain(form);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("not listening");
  return address.port;
}
