/** Every way to name and reach a server, against a real one: sslmodes, passwords, files, sockets, addresses. */
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { connect } from "../../src/postgres/connect.ts";
import { resolveTarget } from "../../src/postgres/resolve-target.ts";
import { skipHereUnless, skipUnless } from "../support/skip.ts";
import { hasOpenssl, makeCertificates } from "./support/certificates.ts";
import { oddPassword, startOwnServer } from "./support/own-server.ts";
import type { OwnServer } from "./support/own-server.ts";

const canTls = skipUnless(
  hasOpenssl(),
  "openssl is not installed, so there are no certificates to test TLS with",
);
const folder = mkdtempSync(join(inject("run").folder, "tls-"));
const certificates = canTls ? makeCertificates(folder) : undefined;
const { ca = "", otherCa = "", clientCert = "", clientKey = "" } = certificates ?? {};

let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer(certificates);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

type Env = Readonly<Record<string, string>>;

/** Who the server says we are, and over what. */
async function whoAmI(
  dsn: string | undefined,
  env: Env = {},
): Promise<{ user: string; isEncrypted: boolean; address: string | null; warnings: readonly string[] }> {
  const { target, warnings } = resolveTarget(dsn, "a test", { HOME: folder, ...env });
  await using db = await connect(target, { applicationName: "veza-db test", connectTimeoutMs: 10_000 });
  const [row] = await db.query<{ user: string; ssl: boolean; address: string | null }>(
    `SELECT current_user::text AS "user", s.ssl, host(inet_client_addr()) AS address FROM pg_stat_ssl s WHERE pid = pg_backend_pid()`,
  );
  return { user: row?.user ?? "", isEncrypted: row?.ssl ?? false, address: row?.address ?? null, warnings };
}

async function failure(dsn: string | undefined, env: Env = {}): Promise<VezaError> {
  try {
    await whoAmI(dsn, env);
  } catch (error) {
    if (error instanceof VezaError) return error;
    throw error;
  }
  throw new Error("the connection was made");
}

describe.runIf(canTls)("sslmode", () => {
  const url = (mode: string, more = "", host = "127.0.0.1", user = "anyone"): string =>
    `postgresql://${user}@${host}:${server.port}/${server.database}?sslmode=${mode}${more}`;

  test("disable: in plain text", async () => {
    expect(await whoAmI(url("disable"))).toMatchObject({ isEncrypted: false });
    expect(await failure(url("disable", "", "127.0.0.1", "onlytls"))).toMatchObject({
      code: "connection.login-failed",
    });
  });

  test("prefer, and nothing said: encrypted where the server can", async () => {
    expect(await whoAmI(url("prefer"))).toMatchObject({ isEncrypted: true });
    expect(await whoAmI(`postgresql://anyone@127.0.0.1:${server.port}/${server.database}`)).toMatchObject({
      isEncrypted: true,
    });
  });

  test("require: encrypted, whoever the server is", async () => {
    expect(await whoAmI(url("require"))).toMatchObject({ isEncrypted: true });
    expect(await whoAmI(url("require", "", "127.0.0.1", "onlytls"))).toMatchObject({
      user: "onlytls",
      isEncrypted: true,
    });
  });

  test("verify-ca: the authority must be right, the name may be another", async () => {
    expect(await whoAmI(url("verify-ca", `&sslrootcert=${ca}`))).toMatchObject({ isEncrypted: true });
    expect(await failure(url("verify-ca", `&sslrootcert=${otherCa}`))).toMatchObject({
      code: "connection.tls-failed",
      ending: "environment",
    });
  });

  test("verify-full: the authority and the name must be right", async () => {
    expect(await whoAmI(url("verify-full", `&sslrootcert=${ca}`, "localhost"))).toMatchObject({
      isEncrypted: true,
    });
    expect(await failure(url("verify-full", `&sslrootcert=${ca}`, "127.0.0.1"))).toMatchObject({
      code: "connection.tls-failed",
    });
    expect(await failure(url("verify-full", `&sslrootcert=${otherCa}`, "localhost"))).toMatchObject({
      code: "connection.tls-failed",
    });
  });

  test.each(["verify-ca", "verify-full"])(
    "%s without a root certificate does not trust this server",
    async (mode) => {
      expect(await failure(url(mode, "", "localhost"))).toMatchObject({ code: "connection.tls-failed" });
      expect(await failure(url(mode, "&sslrootcert=system", "localhost"))).toMatchObject({
        code: "connection.tls-failed",
      });
    },
  );

  test("a root certificate that is not there, and one that is none", async () => {
    expect(await failure(url("verify-ca", "&sslrootcert=/nowhere.crt"))).toMatchObject({
      code: "connection.certificate",
      ending: "environment",
    });
    writeFileSync(join(folder, "empty.crt"), "");
    expect(await failure(url("verify-ca", `&sslrootcert=${join(folder, "empty.crt")}`))).toMatchObject({
      ending: "environment",
    });
  });

  test("~/.postgresql/root.crt of the environment's home is the authority, for require too, as in libpq", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    mkdirSync(join(home, ".postgresql"));
    copyFileSync(ca, join(home, ".postgresql", "root.crt"));
    expect(await whoAmI(url("verify-full", "", "localhost"), { HOME: home })).toMatchObject({
      isEncrypted: true,
    });
    expect(await whoAmI(url("require"), { HOME: home })).toMatchObject({ isEncrypted: true });
    copyFileSync(otherCa, join(home, ".postgresql", "root.crt"));
    for (const mode of ["verify-full", "verify-ca", "require"]) {
      expect(await failure(url(mode, "", "localhost"), { HOME: home })).toMatchObject({
        code: "connection.tls-failed",
      });
    }
  });

  test("~/.postgresql/postgresql.crt is the client's certificate", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    mkdirSync(join(home, ".postgresql"));
    copyFileSync(clientCert, join(home, ".postgresql", "postgresql.crt"));
    copyFileSync(clientKey, join(home, ".postgresql", "postgresql.key"));
    expect(await whoAmI(url("require", "", "127.0.0.1", "certified"), { HOME: home })).toMatchObject({
      user: "certified",
    });
  });

  test("a client's certificate logs in where the server asks for one", async () => {
    const both = `&sslcert=${clientCert}&sslkey=${clientKey}`;
    expect(await whoAmI(url("require", both, "127.0.0.1", "certified"))).toMatchObject({
      user: "certified",
      isEncrypted: true,
    });
    expect(await failure(url("require", "", "127.0.0.1", "certified"))).toMatchObject({
      code: "connection.login-failed",
    });
    expect(
      await failure(url("require", "&sslcert=/nowhere.crt&sslkey=/nowhere.key", "127.0.0.1", "certified")),
    ).toMatchObject({ ending: "environment" });
  });

  test("PGSSLMODE and PGSSLROOTCERT say the same", async () => {
    const plain = `postgresql://anyone@localhost:${server.port}/${server.database}`;
    expect(await whoAmI(plain, { PGSSLMODE: "disable" })).toMatchObject({ isEncrypted: false });
    expect(await whoAmI(plain, { PGSSLMODE: "verify-full", PGSSLROOTCERT: ca })).toMatchObject({
      isEncrypted: true,
    });
    expect(await whoAmI(`${plain}?sslmode=disable`, { PGSSLMODE: "verify-full" })).toMatchObject({
      isEncrypted: false,
    });
  });
});

describe("a password", () => {
  const encoded = encodeURIComponent(oddPassword);
  const inFile = oddPassword.replace(/[\\:]/g, "\\$&");
  const base = (user = "locked"): string =>
    `postgresql://${user}@127.0.0.1:${server.port}/${server.database}`;

  test("percent-encoded in a url", async () => {
    expect(await whoAmI(base().replace("locked@", `locked:${encoded}@`))).toMatchObject({ user: "locked" });
    expect(await whoAmI(`${base()}?password=${encoded}`)).toMatchObject({ user: "locked" });
  });

  test("quoted in keywords", async () => {
    const quoted = oddPassword.replace(/['\\]/g, "\\$&");
    expect(
      await whoAmI(
        `host=127.0.0.1 port=${server.port} user=locked dbname=${server.database} password='${quoted}'`,
      ),
    ).toMatchObject({ user: "locked" });
  });

  test("in PGPASSWORD", async () => {
    expect(await whoAmI(base(), { PGPASSWORD: oddPassword })).toMatchObject({ user: "locked" });
  });

  test("in ~/.pgpass and in PGPASSFILE, escaped", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    writeFileSync(
      join(home, ".pgpass"),
      `# comment\nother:*:*:locked:wrong\n*:${server.port}:*:locked:${inFile}\n*:*:*:*:wrong too\n`,
      { mode: 0o600 },
    );
    expect(await whoAmI(base(), { HOME: home })).toMatchObject({ user: "locked", warnings: [] });
    expect(await whoAmI(base(), { HOME: "/nowhere", PGPASSFILE: join(home, ".pgpass") })).toMatchObject({
      user: "locked",
    });
  });

  test("in a .pgpass that others may read is passed over, with a warning", async () => {
    const home = mkdtempSync(join(folder, "home-"));
    writeFileSync(join(home, ".pgpass"), `*:*:*:*:${inFile}\n`, { mode: 0o644 });
    const { warnings } = resolveTarget(base(), "a test", { HOME: home });
    expect(warnings).toEqual([expect.stringContaining("chmod 600")]);
    expect(await failure(base(), { HOME: home })).toMatchObject({ code: "connection.login-failed" });
  });

  test("that is wrong, and none at all", async () => {
    const wrong = await failure(base().replace("locked@", "locked:wrong@"));
    expect(wrong).toMatchObject({
      code: "connection.login-failed",
      ending: "environment",
      facts: { sqlstate: "28P01" },
    });
    expect(`${wrong.message}${wrong.detail ?? ""}${wrong.hint ?? ""}`).not.toContain("wrong@");
    expect(await failure(base())).toMatchObject({
      code: "connection.login-failed",
      detail: "No password was given.",
    });
  });
});

describe("a server", () => {
  test("by keywords, by PG* variables, by a service", async () => {
    expect(
      await whoAmI(`host=127.0.0.1 port=${server.port} user=anyone dbname=${server.database}`),
    ).toMatchObject({ user: "anyone" });
    expect(
      await whoAmI(undefined, {
        PGHOST: "127.0.0.1",
        PGPORT: String(server.port),
        PGUSER: "anyone",
        PGDATABASE: server.database,
      }),
    ).toMatchObject({ user: "anyone" });
    const file = join(mkdtempSync(join(folder, "home-")), "services");
    writeFileSync(
      file,
      `# services\n[other]\nhost=nowhere\n\n[mine]\nhost=127.0.0.1\nport = ${server.port}\nuser=anyone\ndbname=${server.database}\n`,
    );
    for (const dsn of ["service=mine", "postgresql:///?service=mine"])
      expect(await whoAmI(dsn, { PGSERVICEFILE: file })).toMatchObject({ user: "anyone" });
    expect(
      await whoAmI(undefined, { PGSERVICE: "mine", PGSERVICEFILE: file, PGHOST: "nowhere" }),
    ).toMatchObject({ user: "anyone" });
    expect(await failure("service=none", { PGSERVICEFILE: file })).toMatchObject({
      code: "connection.unknown-service",
      ending: "usage",
    });
  });

  test("by its Unix socket, in every spelling", async () => {
    const encoded = encodeURIComponent(server.socketFolder);
    for (const dsn of [
      `postgresql://anyone@/${server.database}?host=${server.socketFolder}&port=${server.port}`,
      `postgresql://anyone@${encoded}:${server.port}/${server.database}`,
      `host=${server.socketFolder} port=${server.port} user=anyone dbname=${server.database}`,
    ]) {
      expect(await whoAmI(dsn)).toMatchObject({ user: "anyone", address: null, isEncrypted: false });
    }
    // TLS is not asked for on a socket, whatever the mode says.
    expect(
      await whoAmI(
        `host=${server.socketFolder} port=${server.port} user=anyone dbname=${server.database} sslmode=require`,
      ),
    ).toMatchObject({ address: null });
  });

  test("by an IPv6 address", async (context) => {
    skipHereUnless(context, server.hasIpv6, "this machine has no IPv6 loopback address");
    expect(await whoAmI(`postgresql://anyone@[::1]:${server.port}/${server.database}`)).toMatchObject({
      address: "::1",
    });
    expect(await whoAmI(`host=::1 port=${server.port} user=anyone dbname=${server.database}`)).toMatchObject({
      address: "::1",
    });
  });

  test("with options, which are set before anything runs", async () => {
    const dsn = `postgresql://anyone@127.0.0.1:${server.port}/${server.database}?options=${encodeURIComponent("-c search_path=elsewhere -c statement_timeout=7s")}`;
    const { target } = resolveTarget(dsn, "a test", {});
    await using db = await connect(target, { applicationName: "veza-db test", connectTimeoutMs: 5000 });
    expect(
      await db.query(
        "SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS timeout",
      ),
    ).toEqual([{ path: "elsewhere", timeout: "7s" }]);
  });

  test("in a database or as a role that does not exist", async () => {
    expect(await failure(`postgresql://anyone@127.0.0.1:${server.port}/nowhere`)).toMatchObject({
      code: "connection.no-such-database",
      facts: { sqlstate: "3D000" },
    });
    expect(
      await failure(`postgresql://nobody-at-all@127.0.0.1:${server.port}/${server.database}`),
    ).toMatchObject({ code: "connection.login-failed" });
  });

  test("in a database whose name needs every kind of quoting", async () => {
    const name = `Ünïcode "quoted" 'name' with/slash?#&=%`;
    await server.sql.unsafe(`CREATE DATABASE "${name.replaceAll('"', '""')}"`);
    const { target } = resolveTarget(
      `postgresql://anyone@127.0.0.1:${server.port}/${encodeURIComponent(name)}`,
      "a test",
      {},
    );
    await using db = await connect(target, { applicationName: "veza-db test", connectTimeoutMs: 5000 });
    expect(await db.query("SELECT current_database() AS name")).toEqual([{ name }]);
  });

  test("that ends the session is not silently reached again", async () => {
    const { target } = resolveTarget(
      `postgresql://anyone@127.0.0.1:${server.port}/${server.database}`,
      "a test",
      {},
    );
    await using db = await connect(target, { applicationName: "veza-db test", connectTimeoutMs: 5000 });
    await server.sql`SELECT pg_terminate_backend(${db.facts.backendPid})`;
    await expect(db.query("SELECT 1")).rejects.toThrow();
    expect(db.isAlive).toBe(false);
    await expect(db.query("SELECT 1")).rejects.toThrow("the connection to the server is gone");
  });
});
