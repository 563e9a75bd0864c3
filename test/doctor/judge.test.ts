/** What doctor says of each thing, as tables: facts in, finding out. No database. */
import { describe, expect, test } from "vitest";
import { judgeAttempt, judgeClock, judgeEncryption, judgePooler } from "../../src/doctor/judge/connection.ts";
import { judgeProgram } from "../../src/doctor/judge/programs.ts";
import {
  judgeEmbedded,
  judgeMigrations,
  judgeNode,
  judgeOutcome,
  judgeSettingsFile,
} from "../../src/doctor/judge/project.ts";
import {
  judgeEncoding,
  judgePrivileges,
  judgeStatements,
  judgeWritable,
} from "../../src/doctor/judge/server.ts";
import type { Attempt, Finding, HistorySchema, ServerState } from "../../src/doctor/model.ts";

const state: ServerState = {
  database: "shop",
  user: "app",
  isStandby: false,
  isReadOnly: false,
  encoding: "UTF8",
  isSuperuser: false,
  mayCreateSchemas: true,
  mayCreateDatabases: true,
  isMonitor: true,
  isEncrypted: true,
};
const schema: HistorySchema = { name: "public", exists: true, mayCreate: true };
const made: Attempt = {
  kind: "made",
  place: "app@db:5432/shop",
  isLocal: false,
  version: "17.2",
  major: 17,
  isPooled: false,
  tookMs: 12,
};

/** Check, status and hint: what programs and people act on. */
const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, status, hint }) => `${check} ${status}${hint === undefined ? "" : ` → ${hint}`}`);

describe("the connection", () => {
  const trouble = {
    code: "connection.unreachable",
    message: "Cannot reach it.",
    detail: "Named by\nflag --url.",
    hint: "Start it.",
  };
  test.each<[string, Attempt, string[]]>([
    ["made", made, ["connection ok", "server-version ok"]],
    [
      "made to a newer server",
      { ...made, version: "19beta1", major: 19 },
      ["connection ok", "server-version warning → npm install veza-db@latest"],
    ],
    [
      "not named",
      { kind: "unnamed" },
      ["connection warning → veza-db doctor --url postgresql://user@host:5432/database, or --embedded"],
    ],
    ["failed", { kind: "failed", trouble }, ["connection problem → Start it."]],
  ])("%s", (_name, attempt, expected) => {
    expect(brief(judgeAttempt(attempt))).toEqual(expected);
  });

  test("tells an error's detail on the same line", () => {
    expect(judgeAttempt({ kind: "failed", trouble })[0]?.message).toBe(
      "Cannot reach it. Named by flag --url.",
    );
  });

  test("the direct one is judged under its own name, and may not be a pooler", () => {
    expect(brief(judgeAttempt(made, true))).toEqual(["direct-connection ok"]);
    expect(brief(judgeAttempt({ ...made, isPooled: true }, true))[1]).toMatch(
      /^direct-connection problem → .*--direct-url/,
    );
  });

  test.each([
    [false, false, "pooler ok"],
    [false, true, "pooler ok"],
    [true, true, "pooler ok"],
    [true, false, "pooler warning → Name the server behind it: --direct-url <dsn> or DIRECT_DATABASE_URL"],
  ])("pooled: %s, direct url: %s", (isPooled, hasDirectUrl, expected) => {
    expect(brief([judgePooler(isPooled, hasDirectUrl)])).toEqual([expected]);
  });

  test.each([
    [true, false, "ok"],
    [true, true, "ok"],
    [false, true, "ok"],
    [false, false, "warning"],
  ])("encrypted: %s, local: %s", (isEncrypted, isLocal, status) => {
    expect(judgeEncryption({ ...state, isEncrypted }, isLocal)).toMatchObject({ check: "tls", status });
  });
});

describe("the clock", () => {
  const now = Date.UTC(2024, 0, 1);
  test.each([
    ["the same", 0, 0, "ok"],
    ["a second off", 1000, 0, "ok"],
    ["more than a second off", 1001, 0, "warning"],
    ["more than a second behind", -1001, 0, "warning"],
    ["what the round trip explains", 1400, 1000, "ok"],
    ["more than the round trip explains", 1501, 1000, "warning"],
    ["an hour ahead, over a slow line", 3_600_000, 5000, "warning"],
  ])("%s", (_name, offMs, roundTripMs, status) => {
    const reading = { serverMs: now + roundTripMs / 2 + offMs, sentMs: now, receivedMs: now + roundTripMs };
    expect(judgeClock(reading)).toMatchObject({ check: "clock", status });
  });

  test("says which one is ahead, and by how much", () => {
    expect(judgeClock({ serverMs: now + 90_000, sentMs: now, receivedMs: now }).message).toContain(
      "1 min 30 s ahead of",
    );
    expect(judgeClock({ serverMs: now - 5000, sentMs: now, receivedMs: now }).message).toContain(
      "5 s behind",
    );
  });
});

describe("the server", () => {
  test.each([
    [{}, "read-only ok"],
    [{ isStandby: true, isReadOnly: true }, "read-only warning → Name the primary with --url <dsn>"],
    [{ isReadOnly: true }, 'read-only warning → ALTER ROLE "app" RESET default_transaction_read_only;'],
  ])("%j", (parts, expected) => {
    expect(brief([judgeWritable({ ...state, ...parts })])).toEqual([expected]);
  });

  test.each([
    ["UTF8", "ok"],
    ["SQL_ASCII", "warning"],
    ["LATIN1", "warning"],
  ])("encoding %s", (encoding, status) => {
    expect(judgeEncoding({ ...state, encoding })).toMatchObject({ check: "encoding", status });
  });

  test.each([
    [{ isAvailable: true, isPreloaded: true, createdVersion: "1.10" }, "pg_stat_statements ok"],
    [
      { isAvailable: true, isPreloaded: true, createdVersion: null },
      "pg_stat_statements warning → CREATE EXTENSION pg_stat_statements;",
    ],
    [
      { isAvailable: true, isPreloaded: false, createdVersion: "1.10" },
      "pg_stat_statements warning → Add pg_stat_statements to shared_preload_libraries and restart the server.",
    ],
    [
      { isAvailable: false, isPreloaded: false, createdVersion: null },
      "pg_stat_statements warning → Install the server's contrib package, e.g. apt-get install postgresql-contrib",
    ],
  ])("%j", (statements, expected) => {
    expect(brief([judgeStatements(statements)])).toEqual([expected]);
  });
});

describe("privileges", () => {
  const of = (parts: Partial<ServerState>, history: Partial<HistorySchema> = {}): string[] =>
    brief(judgePrivileges({ ...state, ...parts }, { ...schema, ...history }));

  test("all there", () => {
    expect(of({})).toEqual(["history-schema ok", "create-schema ok", "create-database ok", "monitoring ok"]);
  });

  test("no tables in the history's schema is a problem, since nothing can be migrated", () => {
    expect(of({}, { mayCreate: false })[0]).toBe(
      'history-schema problem → GRANT CREATE ON SCHEMA "public" TO "app";',
    );
  });

  test("a history schema that is not there is made by migrate, if it may", () => {
    expect(of({}, { name: 'Odd "one"', exists: false, mayCreate: false })[0]).toBe("history-schema ok");
    expect(of({ mayCreateSchemas: false }, { name: 'odd "one"', exists: false, mayCreate: false })[0]).toBe(
      'history-schema problem → CREATE SCHEMA "odd ""one""" AUTHORIZATION "app"; as the owner of shop',
    );
  });

  test("what only some commands need is a warning with the statement that mends it, or a fact", () => {
    expect(of({ mayCreateSchemas: false, mayCreateDatabases: false, isMonitor: false })).toEqual([
      "history-schema ok",
      'create-schema warning → GRANT CREATE ON DATABASE "shop" TO "app";',
      "create-database ok",
      'monitoring warning → GRANT pg_monitor TO "app";',
    ]);
  });

  test("names in statements are quoted, whatever is in them", () => {
    expect(of({ isMonitor: false, user: 'a"; DROP' })[3]).toContain('GRANT pg_monitor TO "a""; DROP";');
  });
});

describe("programs", () => {
  const found = (...majors: readonly number[]) =>
    majors.map((major) => ({ path: `/pg/${major}/pg_dump`, version: `${major}.1`, major }));
  test.each([
    [[17], 17, "ok", "/pg/17/pg_dump 17.1"],
    [[18], 14, "ok", "/pg/18/pg_dump 18.1"],
    [[14, 17], 16, "ok", "/pg/17/pg_dump 17.1"],
    [[14], undefined, "ok", "/pg/14/pg_dump 14.1"],
    [[14, 15], 16, "warning", "/pg/15/pg_dump is version 15.1, older than the server (16)."],
    [[], 16, "warning", "pg_dump is not on this machine."],
    [[], undefined, "warning", "pg_dump is not on this machine."],
  ])("%j for a server %s", (majors, server, status, message) => {
    expect(judgeProgram({ name: "pg_dump", found: found(...majors) }, server)).toMatchObject({
      check: "pg_dump",
      status,
      message,
    });
  });

  test("the hint names the package of the server's major, where there is a server", () => {
    expect(judgeProgram({ name: "psql", found: [] }, 16).hint).toBe(
      "Install the client programs of PostgreSQL 16, e.g. apt-get install postgresql-client-16",
    );
    expect(judgeProgram({ name: "psql", found: [] }, undefined).hint).toBe(
      "Install the client programs of PostgreSQL, e.g. apt-get install postgresql-client",
    );
  });
});

describe("the project", () => {
  test.each([
    ["18.20.0", "problem"],
    ["20.18.3", "problem"],
    ["20.19.0", "ok"],
    ["22.0.0", "ok"],
    ["26.1.0", "ok"],
  ])("Node.js %s", (version, status) => {
    expect(judgeNode(version)).toMatchObject({ check: "node", status });
  });

  test("says which files the settings come from", () => {
    expect(judgeSettingsFile(undefined, undefined).message).toContain("No settings file");
    expect(judgeSettingsFile("/p/veza-db.config.json", "/p/.env").message).toBe(
      "/p/veza-db.config.json, /p/.env",
    );
  });

  test("migrations: read, clashing, missing, unreadable", () => {
    const read = { kind: "read", shownDir: "migrations", count: 2, clashes: [], warnings: [] } as const;
    expect(judgeMigrations(read)).toEqual([
      { check: "migrations", status: "ok", message: "migrations: 2 migrations" },
    ]);
    expect(judgeMigrations({ ...read, count: 1 })[0]?.message).toBe("migrations: 1 migration");
    expect(brief(judgeMigrations({ ...read, clashes: ["a.sql, b.sql"] }))[0]).toMatch(
      /^migrations problem → /,
    );
    expect(judgeMigrations({ ...read, warnings: ["odd"] }).map(({ status }) => status)).toEqual([
      "warning",
      "ok",
    ]);
    const failed = (code: string): Finding[] =>
      judgeMigrations({ kind: "failed", trouble: { code, message: "no", hint: "do" } });
    expect(brief(failed("migrate.folder-missing"))).toEqual(["migrations warning → do"]);
    expect(brief(failed("migrate.bad-file-name"))).toEqual(["migrations problem → do"]);
  });

  test("the embedded server", () => {
    expect(judgeEmbedded({ kind: "stopped" }).status).toBe("ok");
    expect(judgeEmbedded({ kind: "running", version: "15.1", pid: 7, url: "postgres://x" })).toMatchObject({
      status: "ok",
      message: expect.stringContaining("pid 7"),
    });
    expect(
      judgeEmbedded({
        kind: "failed",
        trouble: { code: "dev.state-unreadable", message: "broken", hint: "veza-db dev reset" },
      }),
    ).toMatchObject({ status: "problem", hint: "veza-db dev reset" });
  });

  test.each([
    [0, undefined, "ok", "ended well 2 h ago", undefined],
    [1, undefined, "warning", "found something amiss 2 h ago", "veza-db backup verify"],
    [5, "no disk", "warning", "failed 2 h ago: no disk", "veza-db backup verify"],
  ])("the last outcome %s", (exitCode, error, status, message, hint) => {
    const now = new Date("2024-05-01T12:00:00Z");
    const finding = judgeOutcome(
      {
        file: "/p/x.json",
        command: "backup verify",
        finishedAt: new Date("2024-05-01T10:00:00Z"),
        exitCode,
        error,
      },
      now,
    );
    expect(finding).toMatchObject({ check: "last backup verify", status, message });
    expect(finding.hint).toBe(hint);
  });

  test("an outcome that cannot be read says which file", () => {
    const unreadable = {
      file: "/p/x.json",
      command: "x",
      finishedAt: undefined,
      exitCode: undefined,
      error: undefined,
    };
    expect(judgeOutcome(unreadable, new Date())).toMatchObject({ status: "warning", hint: "rm /p/x.json" });
  });
});
