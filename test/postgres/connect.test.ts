/** Connecting to servers that answer, that refuse, that hang up and that say nothing at all. */
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { connect } from "../../src/postgres/connect.ts";
import type { ConnectOptions, Db } from "../../src/postgres/connect.ts";
import type { Target } from "../../src/postgres/target.ts";
import { fakeServer } from "./support/fake-server.ts";
import type { Script } from "./support/fake-server.ts";

const target = (port: number, parts: Partial<Target> = {}): Target => ({
  host: "127.0.0.1",
  port,
  user: "someone",
  password: undefined,
  database: "somewhere",
  sslMode: "disable",
  sslRootCert: undefined,
  sslCert: undefined,
  sslKey: undefined,
  connectTimeout: undefined,
  options: undefined,
  origin: "a test",
  ...parts,
});

const options: ConnectOptions = { applicationName: "veza-db test", connectTimeoutMs: 5000 };

async function failure(attempt: Promise<Db>): Promise<VezaError> {
  try {
    await (await attempt).close();
  } catch (error) {
    if (error instanceof VezaError) return error;
    throw error;
  }
  throw new Error("the connection was made");
}

test("says who it is: role, database and application", async () => {
  await using server = await fakeServer();
  await using db = await connect(target(server.port, { options: "-c search_path=here" }), options);
  expect(server.startups).toEqual([
    expect.objectContaining({
      user: "someone",
      database: "somewhere",
      application_name: "veza-db test",
      options: "-c search_path=here",
    }),
  ]);
  expect(db.facts).toMatchObject({ version: "17.0", major: 17, isStandby: false, isPooled: false });
  expect(db.isAlive).toBe(true);
});

test("sees a pooler by the process id", async () => {
  await using server = await fakeServer({ pids: [0, 4711] });
  await using db = await connect(target(server.port), options);
  expect(db.facts).toMatchObject({ isPooled: true, backendPid: 4711 });
});

describe("a server that hangs up", () => {
  const scripts: readonly (readonly [string, Script, Partial<Target>])[] = [
    ["when TLS is asked for", { tls: "hang-up" }, { sslMode: "prefer" }],
    ["when TLS is required", { tls: "hang-up" }, { sslMode: "require" }],
    ["when it is told who comes", { startup: "hang-up" }, {}],
    ["between the login and the first query", { startup: "hang-up-after-login" }, {}],
  ];
  test.each(scripts)("%s: one attempt, one clear error, at once", async (_name, script, parts) => {
    await using server = await fakeServer(script);
    const startedAt = performance.now();
    const error = await failure(connect(target(server.port, parts), options));
    expect(error).toMatchObject({ code: "connection.unreachable", ending: "environment" });
    expect(error.message).toContain("closed the connection");
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(server.connections()).toBe(1);
  });
});

describe("a server that never answers", () => {
  const scripts: readonly (readonly [string, Script, Partial<Target>])[] = [
    ["the request for TLS", { tls: "silence" }, { sslMode: "prefer" }],
    ["the handshake that it agreed to", { tls: "S" }, { sslMode: "require" }],
    ["the startup message", { startup: "silence" }, {}],
  ];
  test.each(scripts)("%s: the timeout ends it", async (_name, script, parts) => {
    await using server = await fakeServer(script);
    const startedAt = performance.now();
    const error = await failure(connect(target(server.port, parts), { ...options, connectTimeoutMs: 200 }));
    expect(error).toMatchObject({ ending: "environment" });
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(server.connections()).toBe(1);
  });

  test.each(scripts)("%s: a signal ends it at once", async (_name, script, parts) => {
    await using server = await fakeServer(script);
    const stopped = new AbortController();
    const attempt = failure(
      connect(target(server.port, parts), { ...options, connectTimeoutMs: 60_000, signal: stopped.signal }),
    );
    await server.whenConnected();
    const startedAt = performance.now();
    stopped.abort("SIGINT");
    await attempt;
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test("connect_timeout of the connection string goes before the setting", async () => {
    await using server = await fakeServer({ startup: "silence" });
    const startedAt = performance.now();
    await failure(
      connect(target(server.port, { connectTimeout: 0.1 }), { ...options, connectTimeoutMs: 60_000 }),
    );
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});

describe("a server that refuses", () => {
  test.each([
    ["the password", "28P01", 'password authentication failed for user "someone"', "connection.login-failed"],
    ["the role", "28000", 'role "someone" is not permitted to log in', "connection.login-failed"],
    ["the database", "3D000", 'database "somewhere" does not exist', "connection.no-such-database"],
    ["while it starts", "57P03", "the database system is starting up", "connection.refused-by-server"],
    ["when it is full", "53300", "sorry, too many clients already", "connection.refused-by-server"],
  ])("%s", async (_name, sqlstate, message, code) => {
    await using server = await fakeServer({ startup: { sqlstate, message } });
    const error = await failure(connect(target(server.port), options));
    expect(error).toMatchObject({ code, ending: "environment", facts: { sqlstate } });
    expect(error.hint).toBeDefined();
    expect(server.connections()).toBe(1);
  });
});

test.each([
  [
    "53300",
    "remaining connection slots are reserved for non-replication superuser connections",
    /veza-db stats connections --url postgresql:\/\/<superuser>@127\.0\.0\.1:\d+\/somewhere/,
  ],
  ["53300", 'too many connections for role "someone"', /veza-db stats connections --url/],
  ["53300", "sorry, too many clients already", /the reserved ones too.*kill -TERM/],
  ["57P03", "the database system is starting up", /VEZA_DB_WAIT=1min/],
  ["57P03", "the database system is in recovery mode", /VEZA_DB_WAIT=1min/],
  ["XX000", "something odd", /log/],
])("what helps against %s, %s", async (sqlstate, message, hint) => {
  await using server = await fakeServer({ startup: { sqlstate, message } });
  expect((await failure(connect(target(server.port), options))).hint).toMatch(hint);
});

describe("an address where", () => {
  test("nobody listens", async () => {
    const error = await failure(connect(target(1), options));
    expect(error).toMatchObject({ code: "connection.unreachable", facts: { systemCode: "ECONNREFUSED" } });
  });

  test("no socket is", async () => {
    const error = await failure(connect(target(1, { host: "/nowhere" }), options));
    expect(error).toMatchObject({ code: "connection.unreachable", facts: { systemCode: "ENOENT" } });
  });

  test("the name is unknown", async () => {
    const error = await failure(connect(target(1, { host: "no-such-host.invalid" }), options));
    expect(error.code).toBe("connection.unreachable");
    expect(error.message).toMatch(/no-such-host\.invalid/);
  });

  test("something else listens", async () => {
    await using other = await fakeServer({ tls: "H" }); // as a web server begins its answer
    for (const sslMode of ["prefer", "require"] as const) {
      expect(await failure(connect(target(other.port, { sslMode }), options))).toMatchObject({
        code: "connection.not-postgres",
        ending: "environment",
      });
    }
  });

  test("a server is too busy for a session", async () => {
    await using server = await fakeServer({ tls: "E" });
    expect(await failure(connect(target(server.port, { sslMode: "require" }), options))).toMatchObject({
      code: "connection.unreachable",
    });
  });
});

describe("a server without TLS", () => {
  test.each(["require", "verify-ca", "verify-full"] as const)(
    "under sslmode=%s is refused, and nothing is said to it",
    async (sslMode) => {
      await using server = await fakeServer({ tls: "N" });
      const error = await failure(connect(target(server.port, { sslMode, password: "secret" }), options));
      expect(error).toMatchObject({ code: "connection.tls-unsupported", ending: "environment" });
      expect(server.startups).toEqual([]);
    },
  );

  test.each(["disable", "allow", "prefer"] as const)("under sslmode=%s will do", async (sslMode) => {
    await using server = await fakeServer({ tls: "N" });
    await using db = await connect(target(server.port, { sslMode }), options);
    expect(db.isAlive).toBe(true);
  });
});

test("prefer does without TLS where the server agrees to it and then cannot, as libpq does", async () => {
  let connections = 0;
  await using plain = await fakeServer();
  // The first connection is promised TLS and cut; the second goes to a server that works.
  const relay = createServer((socket) => {
    socket.on("error", () => {});
    if (++connections === 1) {
      socket.once("data", () => socket.write("S"));
      socket.once("data", () => socket.once("data", () => socket.end("no handshake this")));
      return;
    }
    void import("node:net").then(({ connect: open }) => {
      const onward = open(plain.port, "127.0.0.1");
      onward.on("error", () => {});
      socket.pipe(onward).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => {
    relay.listen(0, "127.0.0.1", resolve);
  });
  const address = relay.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await using db = await connect(target(port, { sslMode: "prefer" }), options);
    expect(db.isAlive).toBe(true);
    expect(connections).toBe(2);
    connections = 0;
    expect(await failure(connect(target(port, { sslMode: "require" }), options))).toMatchObject({
      code: "connection.tls-failed",
    });
  } finally {
    relay.close();
  }
});
