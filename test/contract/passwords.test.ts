/** No password on any stream, whatever goes wrong and wherever it was written. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, inject, test, vi } from "vitest";
import { call, emptyFolder } from "./support/call.ts";
import type { CallOptions } from "./support/call.ts";
import { subjects } from "./support/commands.ts";

// Which programs there are is another test's affair, and looking costs more than all the rest.
vi.mock("../../src/doctor/read-programs.ts", () => ({ readPrograms: async () => [] }));

/** Written into every place that holds a password. Its parts must not be seen either. */
const secret = "Tr0ub4dor";

/** How people write connection strings, and how they get them wrong. */
const strings: readonly (readonly [name: string, dsn: string])[] = [
  ["a url", `postgresql://someone:${secret}@127.0.0.1:1/somewhere`],
  ["a url with @ in the password", `postgresql://someone:x@${secret}@127.0.0.1:1/somewhere`],
  ["a url with / in the password", `postgresql://someone:12/${secret}@127.0.0.1:1/somewhere`],
  ["a url with ? in the password", `postgresql://someone:12?${secret}@127.0.0.1:1/somewhere`],
  ["a url with # in the password", `postgresql://someone:x#${secret}@127.0.0.1:1/somewhere`],
  ["a url with : in the password", `postgresql://someone:x:${secret}@127.0.0.1:1/somewhere`],
  ["a url with a blank in the password", `postgresql://someone:x ${secret}@127.0.0.1:1/somewhere`],
  ["a url with % in the password", `postgresql://someone:%zz${secret}@127.0.0.1:1/somewhere`],
  ["a url without a user", `postgresql://:${secret}@127.0.0.1:1/somewhere`],
  ["a url with a bad port", `postgresql://someone:${secret}@127.0.0.1:port/somewhere`],
  ["a url with a port that is none", `postgresql://someone:${secret}@127.0.0.1:99999/somewhere`],
  ["a url with a bad sslmode", `postgresql://someone:${secret}@127.0.0.1:1/somewhere?sslmode=perhaps`],
  [
    "a url with the password as a parameter",
    `postgresql://127.0.0.1:1/somewhere?user=someone&password=${secret}`,
  ],
  ["another scheme", `mysql://someone:${secret}@127.0.0.1:1/somewhere`],
  ["keywords", `host=127.0.0.1 port=1 user=someone password=${secret} dbname=somewhere`],
  ["keywords with blanks around =", `host = 127.0.0.1 port = 1 password = ${secret}`],
  ["keywords with quotes", `host=127.0.0.1 port=1 password='x ${secret}'`],
  ["keywords with quotes and escapes", `host=127.0.0.1 port=1 password='x\\' ${secret}'`],
  ["keywords with a quote that does not end", `host=127.0.0.1 port=1 password='x ${secret}`],
  ["keywords with the password first", `password=${secret} host=127.0.0.1 port=1`],
  ["keywords with a bad port", `password=x&${secret} host=127.0.0.1 port=none`],
  ["a service that is not there", `service=nowhere password=${secret}`],
];

/** Every place that a connection string can be given in. */
const places: readonly (readonly [
  name: string,
  give: (dsn: string) => { argv: string[]; options: CallOptions },
])[] = [
  ["--url", (dsn) => ({ argv: ["--url", dsn], options: {} })],
  ["--url=", (dsn) => ({ argv: [`--url=${dsn}`], options: {} })],
  ["--direct-url", (dsn) => ({ argv: ["--direct-url", dsn], options: {} })],
  ["VEZA_DB_URL", (dsn) => ({ argv: [], options: { env: { VEZA_DB_URL: dsn } } })],
  [
    "DATABASE_URL",
    (dsn) => ({ argv: [], options: { env: { DATABASE_URL: dsn, DIRECT_DATABASE_URL: dsn } } }),
  ],
  [".env", (dsn) => ({ argv: [], options: { cwd: folderWith(".env", `DATABASE_URL="${dsn}"\n`) } })],
  [
    "--env-file",
    (dsn) => ({
      argv: ["--env-file", "ci.env"],
      options: { cwd: folderWith("ci.env", `VEZA_DB_URL=${dsn}\n`) },
    }),
  ],
  [
    "the settings file",
    (dsn) => ({
      argv: [],
      options: { cwd: folderWith("veza-db.config.json", JSON.stringify({ connection: { url: dsn } })) },
    }),
  ],
  [
    "a settings file that ends too early",
    (dsn) => ({
      argv: [],
      options: {
        cwd: folderWith("veza-db.config.json", `{"connection": {"url": "${dsn.replaceAll("\\", "")}"`),
      },
    }),
  ],
  [
    "a settings file with a comma too many",
    (dsn) => ({
      argv: [],
      options: {
        cwd: folderWith("veza-db.config.json", `{"connection": {"url": "${dsn.replaceAll("\\", "")}",}}`),
      },
    }),
  ],
  [
    "a settings file without quotes",
    (dsn) => ({
      argv: [],
      options: { cwd: folderWith("veza-db.config.json", `{"connection": {"url": ${dsn}}}`) },
    }),
  ],
  [
    "a setting that is no connection",
    (dsn) => ({ argv: [], options: { env: { VEZA_DB_LOCK_TIMEOUT: dsn } } }),
  ],
  ["the wrong flag", (dsn) => ({ argv: [`--ulr=${dsn}`], options: {} })],
  ["the form of the output", (dsn) => ({ argv: ["-o", dsn], options: {} })],
  ["an argument", (dsn) => ({ argv: [dsn], options: {} })],
];

describe.each(places)("given by %s", (_place, give) => {
  test.each(strings)("%s", async (_name, dsn) => {
    for (const command of [
      ["migrate"],
      ["doctor"],
      ["migrate", "status", "--json"],
      ["doctor", "--json"],
      ["doctor", "--verbose", "--echo"],
    ]) {
      const { argv, options } = give(dsn);
      expectNoSecret(await call([...command, ...argv], options));
      if (!command.includes("--json")) expectNoSecret(await call([...argv, ...command], options));
    }
  });
});

describe.each(subjects)("veza-db $name", ({ path, args, command }) => {
  test("says no password when the server cannot be reached, or when the call is wrong", async () => {
    const dsn = `postgresql://someone:${secret}@127.0.0.1:1/somewhere`;
    const flags = Object.values(command.flags ?? {}).flatMap(({ flags: written }) =>
      written.includes("<") ? [`${/--[a-z-]+/.exec(written)?.[0] ?? ""}=${dsn}`] : [],
    );
    const calls = [
      [...path, dsn, dsn, dsn, dsn],
      [...path, ...args, `--xyzzy=${dsn}`],
      [...path, dsn, "-o", "papyrus"],
      // Text flags take anything: a form that is none stops the call before the command sees them.
      ...flags.map((flag) => [...path, ...args, flag, "-o", dsn]),
    ];
    for (const argv of calls)
      for (const form of [[], ["--json"]])
        expectNoSecret(await call([...argv, ...form], { env: { DATABASE_URL: dsn } }));
  });
});

describe("a server that says no", () => {
  test("to the password", async () => {
    const server = await fakeServer((socket) =>
      socket.write(errorResponse("FATAL", "28P01", 'password authentication failed for user "someone"')),
    );
    for (const argv of [
      ["migrate", "status"],
      ["doctor"],
      ["doctor", "--json"],
      ["migrate", "status", "--verbose", "--echo"],
    ]) {
      const result = await call(
        [...argv, "--url", `postgresql://someone:${secret}@127.0.0.1:${server.port}/x?sslmode=disable`],
        { cwd: projectFolder() },
      );
      expect(result.stderr + result.stdout).toMatch(/refused the login/);
      expectNoSecret(result);
    }
    await server.close();
  });

  test("with a message that holds a connection string", async () => {
    const server = await fakeServer((socket) =>
      socket.write(
        errorResponse("FATAL", "XX000", `cannot relay to postgresql://relay:${secret}@10.0.0.1/x`),
      ),
    );
    expectNoSecret(
      await call(
        ["migrate", "status", "--url", `postgresql://someone@127.0.0.1:${server.port}/x?sslmode=disable`],
        { cwd: projectFolder() },
      ),
    );
    await server.close();
  });

  test("by hanging up", async () => {
    const server = await fakeServer((socket) => socket.destroy());
    expectNoSecret(
      await call(
        ["migrate", "status", "--url", `postgresql://someone:${secret}@127.0.0.1:${server.port}/x`],
        { cwd: projectFolder() },
      ),
    );
    await server.close();
  });
});

test("a settings file that breaks off in the middle of the password is not quoted", async () => {
  for (const broken of [
    `{"url": "x"${secret}@h"}`,
    `{"url": ${secret}}`,
    `{"a": 1, ${secret}: 2}`,
    `[${secret}`,
  ]) {
    const result = await call(["doctor"], { cwd: folderWith("veza-db.config.json", broken) });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/detail: .*JSON/);
    expectNoSecret(result);
    // Nor any longer piece of it.
    expect(result.stderr).not.toContain(secret.slice(1, 4));
  }
});

test("PGPASSWORD, .pgpass and a service's password are not shown", async () => {
  const home = folderWith(".pgpass", `*:*:*:*:${secret}\n`, 0o600);
  writeFileSync(join(home, ".pg_service.conf"), `[there]\nhost=127.0.0.1\nport=1\npassword=${secret}\n`);
  for (const env of [
    { PGHOST: "127.0.0.1", PGPORT: "1", PGPASSWORD: secret },
    { PGHOST: "127.0.0.1", PGPORT: "1", HOME: home },
    { PGSERVICE: "there", HOME: home },
  ]) {
    for (const argv of [["doctor"], ["doctor", "--json"], ["migrate", "status"]]) {
      const result = await call(argv, { cwd: projectFolder(), env });
      expect(result.stdout + result.stderr).toContain("nobody listens there");
      expectNoSecret(result);
    }
  }
});

test("the text of statements is echoed without the passwords that it sets", async () => {
  const folder = projectFolder();
  writeFileSync(
    join(folder, "migrations", "2024-01-01-001-role.sql"),
    `DO $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE ROLE veza_test_never LOGIN PASSWORD '${secret}';\n`,
  );
  const result = await call(["migrate", "--echo", "--url", inject("server").url], { cwd: folder });
  expect(result.code).toBe(5);
  expectNoSecret(result);
});

test("the outcome that is kept on disk holds none", async () => {
  const folder = projectFolder();
  writeFileSync(
    join(folder, "migrations", "2024-01-01-001-fail.sql"),
    `DO $$ BEGIN RAISE EXCEPTION 'cannot reach postgresql://relay:${secret}@10.0.0.1/x'; END $$;\n`,
  );
  const result = await call(["migrate", "--url", inject("server").url], { cwd: folder });
  expect(result.code).toBe(5);
  expectNoSecret(result);
  const kept = readdirSync(join(folder, ".veza", "last")).map((name) =>
    readFileSync(join(folder, ".veza", "last", name), "utf8"),
  );
  expect(kept.join("")).toContain("cannot reach");
  expect(kept.join("")).not.toContain(secret);
});

function expectNoSecret({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
  expect(stdout).not.toContain(secret);
  expect(stderr).not.toContain(secret);
}

function folderWith(name: string, content: string, mode = 0o644): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, name), content, { mode });
  return folder;
}

/** A project with a migrations folder, so that commands get as far as the server. */
function projectFolder(): string {
  const folder = folderWith("veza-db.config.json", "{}");
  mkdirSync(join(folder, "migrations"));
  return folder;
}

interface Server {
  readonly port: number;
  close(): Promise<void>;
}

async function fakeServer(
  answer: (socket: { write(content: Buffer): unknown; destroy(): unknown }) => void,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** ErrorResponse of the protocol: severity, SQLSTATE and message. */
function errorResponse(severity: string, sqlstate: string, message: string): Buffer {
  const fields = Buffer.from(`S${severity}\0V${severity}\0C${sqlstate}\0M${message}\0\0`);
  const head = Buffer.alloc(5, "E");
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
