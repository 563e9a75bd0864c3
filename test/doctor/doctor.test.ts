/** `veza-db doctor` against real servers, poolers that are none, and nothing at all. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, inject, vi } from "vitest";
import { at, call, emptyFolder, parse } from "../contract/support/call.ts";
import type { CallOptions } from "../contract/support/call.ts";
import { fakeServer } from "../postgres/support/fake-server.ts";
import { onServer, test, urlOf } from "../support/database.ts";
import { createDatabaseIn } from "../migrate/support/encodings.ts";

interface Report {
  readonly code: number;
  readonly status: ReadonlyMap<string, string>;
  readonly message: (check: string) => string;
  readonly hint: (check: string) => string;
  readonly data: unknown;
}

async function doctor(argv: readonly string[], options: CallOptions = {}): Promise<Report> {
  const { code, stdout, stderr } = await call(["doctor", "--json", ...argv], options);
  expect(stderr).toBe("");
  const data = at(parse(stdout), "data");
  const list = at(data, "findings");
  const findings = new Map(
    (Array.isArray(list) ? list : []).map((finding: unknown) => [String(at(finding, "check")), finding]),
  );
  const field = (check: string, name: string): string => String(at(findings.get(check), name) ?? "");
  return {
    code,
    data,
    status: new Map([...findings.keys()].map((check) => [check, field(check, "status")])),
    message: (check) => field(check, "message"),
    hint: (check) => field(check, "hint"),
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("without a database", () => {
  test("says what it can, warns of the rest and ends well", async () => {
    const report = await doctor([]);
    expect(report.code).toBe(0);
    expect(report.status.get("node")).toBe("ok");
    expect(report.status.get("connection")).toBe("warning");
    expect(report.hint("connection")).toContain("--url");
    expect(report.status.has("server-version")).toBe(false);
    expect(report.data).toMatchObject({ ok: true, server: null });
  });

  test("a server that cannot be reached is a finding, not a failure", async () => {
    const report = await doctor(["--url", "postgresql://app@127.0.0.1:1/shop"]);
    expect(report.code).toBe(1);
    expect(report.status.get("connection")).toBe("problem");
    expect(report.message("connection")).toContain("nobody listens there");
    expect(report.data).toMatchObject({ ok: false });
  });

  test("a connection string that cannot be read is the caller's fault on the command line, else a finding", async () => {
    const bad = "postgresql://app:a/b@127.0.0.1/shop";
    expect((await call(["doctor", "--url", bad])).code).toBe(2);
    const report = await doctor([], { env: { DATABASE_URL: bad } });
    expect(report.code).toBe(1);
    expect(report.status.get("connection")).toBe("problem");
    expect(report.message("connection")).toContain("DATABASE_URL");
  });

  test("a server that is too old is a problem", async () => {
    await using old = await fakeServer({ version: "13.22" });
    const report = await doctor(["--url", `postgresql://app@127.0.0.1:${old.port}/shop`]);
    expect(report.code).toBe(1);
    expect(report.message("connection")).toContain("13.22");
  });
});

describe("with a server", () => {
  test("finds nothing amiss for its owner", async ({ database }) => {
    const report = await doctor(["--url", database.url]);
    expect(report.code).toBe(0);
    const { server } = Object(report.data);
    expect(at(server, "version")).toContain(String(inject("server").major));
    for (const check of [
      "connection",
      "server-version",
      "pooler",
      "tls",
      "read-only",
      "encoding",
      "clock",
      "history-schema",
      "create-schema",
      "create-database",
      "monitoring",
    ]) {
      expect(report.status.get(check), `${check}: ${report.message(check)}`).toBe("ok");
    }
  });

  test("names what a bare role lacks, with the statements that mend it, and they do", async ({
    database,
  }) => {
    const role = `veza_bare_${process.pid}_${Date.now().toString(36)}`;
    await onServer(async (admin) => {
      await admin.unsafe(`CREATE ROLE ${role} LOGIN`);
    });
    try {
      await database.sql
        .unsafe(
          `REVOKE CREATE ON SCHEMA public FROM PUBLIC; ALTER ROLE ${role} SET default_transaction_read_only = on`,
        )
        .simple();
      const url = new URL(database.url);
      url.username = role;
      url.password = "";
      const before = await doctor(["--url", url.href]);
      expect(before.code).toBe(1);
      expect(Object.fromEntries(before.status)).toMatchObject({
        "read-only": "warning",
        "history-schema": "problem",
        "create-schema": "warning",
        "create-database": "ok",
        monitoring: "warning",
      });
      for (const check of ["read-only", "history-schema", "create-schema", "monitoring"])
        await database.sql.unsafe(before.hint(check));
      const after = await doctor(["--url", url.href]);
      expect(after.code).toBe(0);
      for (const check of ["read-only", "history-schema", "create-schema", "monitoring"])
        expect(after.status.get(check), check).toBe("ok");
    } finally {
      await database.sql.unsafe(`REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}`).simple();
      await onServer(async (admin) => {
        await admin.unsafe(`DROP ROLE ${role}`);
      });
    }
  });

  test("sees the history schema of the settings, there or not", async ({ database }) => {
    const env = { VEZA_DB_MIGRATIONS_SCHEMA: 'Odd "schema"' };
    expect((await doctor(["--url", database.url], { env })).message("history-schema")).toContain(
      "migrate will create it",
    );
    await database.sql.unsafe('CREATE SCHEMA "Odd ""schema"""');
    expect((await doctor(["--url", database.url], { env })).message("history-schema")).toContain(
      "may create tables",
    );
  });

  test("pg_stat_statements: created where it counts", async ({ database }) => {
    const before = await doctor(["--url", database.url]);
    if (before.hint("pg_stat_statements").startsWith("CREATE EXTENSION")) {
      await database.sql.unsafe(before.hint("pg_stat_statements"));
      expect((await doctor(["--url", database.url])).status.get("pg_stat_statements")).toBe("ok");
    } else {
      expect(before.status.get("pg_stat_statements")).toBe("warning");
      expect(before.hint("pg_stat_statements")).toMatch(/shared_preload_libraries|contrib/);
    }
  });

  test("an encoding that is not UTF8", async ({ database }) => {
    const name = `${database.name}_ascii`;
    await createDatabaseIn(name, "SQL_ASCII");
    try {
      const report = await doctor(["--url", urlOf(name)]);
      expect(report.status.get("encoding")).toBe("warning");
      expect(report.message("encoding")).toContain("SQL_ASCII");
    } finally {
      await onServer(async (admin) => {
        await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      });
    }
  });

  test("a database and a role that do not exist", async () => {
    const report = await doctor(["--url", urlOf("veza_test_not_there")]);
    expect(report.code).toBe(1);
    expect(report.hint("connection")).toMatch(/^createdb /);
  });

  test("the direct url is tried on its own", async ({ database }) => {
    const good = await doctor(["--url", database.url, "--direct-url", database.url]);
    expect(good.status.get("direct-connection")).toBe("ok");
    const bad = await doctor(["--url", database.url, "--direct-url", "postgresql://app@127.0.0.1:1/shop"]);
    expect(bad.code).toBe(1);
    expect(bad.status.get("connection")).toBe("ok");
    expect(bad.status.get("direct-connection")).toBe("problem");
  });
});

describe("programs", () => {
  test("that are missing, too old or not programs at all are warned of; a good one is named with its path", async ({
    database,
  }) => {
    const folder = emptyFolder();
    const program = (name: string, said: string): void => {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "${said}"\n`);
      chmodSync(join(folder, name), 0o755);
    };
    program("pg_dump", "pg_dump (PostgreSQL) 9.6.24");
    program("pg_restore", "pg_restore (PostgreSQL) 99.1 (Some Linux)");
    program("psql", "this is not psql");
    symlinkSync("/bin/sh", join(folder, "sh"));
    vi.stubEnv("PATH", `${folder}${delimiter}/nowhere`);
    const report = await doctor(["--url", database.url]);
    expect(report.message("pg_restore")).toContain("99.1");
    // Machines have installations beside PATH: the older one is never what is found to serve.
    expect(report.message("pg_dump")).not.toContain("9.6.24 ");
    expect(report.message("psql")).not.toContain("this is not psql");
    expect(report.code).toBe(0);
  });
});

describe("the project", () => {
  test("outcomes of earlier runs, whole and broken", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, ".veza", "last"), { recursive: true });
    const keep = (name: string, content: string): void =>
      writeFileSync(join(cwd, ".veza", "last", name), content);
    keep(
      "migrate.json",
      JSON.stringify({
        command: "migrate",
        finishedAt: new Date().toISOString(),
        exitCode: 0,
        durationMs: 1,
      }),
    );
    keep(
      "backup.json",
      JSON.stringify({
        command: "backup",
        finishedAt: new Date().toISOString(),
        exitCode: 3,
        error: { code: "x", message: "no disk" },
      }),
    );
    keep("drift.json", "{ broken");
    keep("other.json", JSON.stringify({ finishedAt: "yesterday", exitCode: "0" }));
    keep("notes.txt", "no outcome");
    const report = await doctor([], { cwd });
    expect(report.code).toBe(0);
    expect(report.status.get("last migrate")).toBe("ok");
    expect(report.message("last backup")).toMatch(/^failed .* ago: no disk$/);
    expect(report.hint("last drift")).toBe(`rm ${join(cwd, ".veza", "last", "drift.json")}`);
    expect(report.status.get("last other")).toBe("warning");
  });

  test("migrations as migrate reads them", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "migrations"));
    writeFileSync(join(cwd, "migrations", "2024-01-01-001-one.sql"), "SELECT 1;");
    expect((await doctor([], { cwd })).message("migrations")).toBe("migrations: 1 migration");
    writeFileSync(join(cwd, "migrations", "2024-01-01-001-other.sql"), "SELECT 1;");
    expect((await doctor([], { cwd })).status.get("migrations")).toBe("problem");
    writeFileSync(join(cwd, "migrations", "badly-named.sql"), "SELECT 1;");
    const report = await doctor([], { cwd });
    expect(report.code).toBe(1);
    expect(report.message("migrations")).toContain("badly-named.sql");
  });

  test("a note of the embedded server that cannot be read", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, ".veza"));
    writeFileSync(join(cwd, ".veza", "embedded.json"), "{");
    const report = await doctor([], { cwd });
    expect(report.code).toBe(1);
    expect(report.hint("embedded-server")).toContain("veza-db dev reset");
  });
});

describe("for people", () => {
  test("settings, checks and what is to be mended, the worst last, at 80 columns", async ({ database }) => {
    const { code, stdout } = await call(
      ["doctor", "--url", database.url, "--direct-url", "postgresql://app@127.0.0.1:1/shop"],
      { terminal: "stdout", env: { NO_COLOR: "1" } },
    );
    expect(code).toBe(1);
    const lines = stdout.split("\n");
    for (const title of ["Settings", "Checks", "To mend"]) expect(lines).toContain(title);
    const tables = lines.slice(0, lines.indexOf("To mend"));
    expect(tables.filter((line) => line.length > 80)).toEqual([]);
    const problems = lines.slice(lines.indexOf("To mend")).filter((line) => /^(warning|problem):/.test(line));
    expect(problems.at(-1)).toMatch(/^problem: direct-connection: /);
    expect(stdout).toMatch(/1 problem, \d+ warnings?\.\n$/);
  });

  test("as CSV and Markdown from the same result", async () => {
    const csv = await call(["doctor", "-o", "csv"]);
    expect(csv.stdout).toMatch(/^setting,value,from\r\n/);
    expect(csv.stdout).toContain("\r\ncheck,status,finding\r\n");
    expect((await call(["doctor", "-o", "markdown"])).stdout).toContain("| check | status | finding |");
  });
});
