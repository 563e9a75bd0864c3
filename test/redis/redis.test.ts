/** Redis, asked by the tool: a real server where the machine has one, and texts of the protocol where it needs none. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, inject, test } from "vitest";
import { connectRedis, parseRedisUrl } from "../../src/redis/connect.ts";
import { parseInfo } from "../../src/redis/info.ts";
import { RedisRefusal, encodeCommand, parseReply } from "../../src/redis/protocol.ts";
import type { Redis } from "../../src/redis/connect.ts";
import { figuresOf } from "../../src/stats/reports/redis.ts";
import { call } from "../migrate/support/veza.ts";
import type { Called } from "../migrate/support/veza.ts";
import { listOf } from "../stats/support/stats.ts";
import { skipUnless } from "../support/skip.ts";

const hasRedis = skipUnless(
  spawnSync("redis-server", ["--version"]).status === 0,
  "redis-server is not installed (apt-get install redis-server)",
);

describe("the protocol", () => {
  const parse = (text: string): ReturnType<typeof parseReply> => parseReply(Buffer.from(text));

  test.each([
    ["+PONG\r\n", "PONG"],
    [":-12\r\n", -12],
    ["$5\r\na\r\nbé\r\n", undefined],
    ["$6\r\na\r\nbé\r\n", "a\r\nbé"],
    ["$-1\r\n", null],
    ["*-1\r\n", null],
    ["*2\r\n$1\r\na\r\n*1\r\n:3\r\n", ["a", [3]]],
  ])("%j is %j", (text, expected) => {
    if (expected !== undefined) expect(parse(text)?.reply).toEqual(expected);
  });

  test("nothing is taken for whole that is not", () => {
    const whole = "*3\r\n$3\r\nabc\r\n:5\r\n*1\r\n+x\r\n";
    for (let length = 0; length < whole.length; length++)
      expect(parse(whole.slice(0, length))).toBeUndefined();
    expect(parse(`${whole}+next\r\n`)).toEqual({ reply: ["abc", 5, ["x"]], end: whole.length });
  });

  test("a refusal is one, and what is no RESP is refused", () => {
    expect(parse("-NOAUTH Authentication required.\r\n")?.reply).toMatchObject({ kind: "NOAUTH" });
    expect(() => parse("HTTP/1.1 400 Bad Request\r\n")).toThrow(RedisRefusal);
  });

  test("a word is no other word, whatever is in it", () => {
    expect(encodeCommand(["AUTH", "a b\r\nFLUSHALL é"])).toBe(
      "*2\r\n$4\r\nAUTH\r\n$16\r\na b\r\nFLUSHALL é\r\n",
    );
  });

  test("an address is read, and one that is none is refused without its text", () => {
    expect(parseRedisUrl("redis://u%40x:p%3Aw@[::1]:7000/2")).toEqual({
      host: "::1",
      port: 7000,
      user: "u@x",
      password: "p:w",
      isEncrypted: false,
    });
    expect(parseRedisUrl("rediss://cache")).toMatchObject({
      host: "cache",
      port: 6379,
      password: undefined,
      isEncrypted: true,
    });
    for (const bad of ["secret-host", "http://secret", "redis://:secret:x:y"]) {
      expect(() => parseRedisUrl(bad)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining("secret") }),
      );
    }
  });
});

test("figures: no bound is no share, and what is bad is marked", () => {
  const figures = (info: string): Map<string, ReturnType<typeof figuresOf>[number]> =>
    new Map(figuresOf(parseInfo(info)).map((row) => [`${row.area}/${row.figure}`, row]));
  const open = figures("used_memory:100\r\nmaxmemory:0\r\nkeyspace_hits:0\r\n");
  expect(open.get("memory/maxmemory")?.value).toBeNull();
  expect(open.get("memory/part of maxmemory")?.value).toBeNull();
  expect(open.get("keys/hit ratio")).toBeUndefined();
  const full = figures(
    "used_memory:95\r\nmaxmemory:100\r\nmaxmemory_policy:allkeys-lru\r\nevicted_keys:3\r\ndb0:keys=12,expires=3,avg_ttl=0\r\n",
  );
  expect(full.get("memory/part of maxmemory")).toMatchObject({ value: 0.95, isBad: true });
  expect(full.get("keys/evicted")?.isBad).toBe(true);
  expect([full.get("keys/db0 keys")?.value, full.get("keys/db0 with expiry")?.value]).toEqual([12, 3]);
});

test("without a Redis named: 2 and the ways to name one", async () => {
  const said = await call(inject("run").folder, ["stats", "redis"]);
  expect(said.code).toBe(2);
  for (const way of ["--redis-url", "VEZA_DB_REDIS_URL", "REDIS_URL"]) expect(said.stderr).toContain(way);
});

test("a Redis that is down, one that says nothing, and one that is none: 3, without the password", async () => {
  const silent = createServer(() => {});
  const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const [silentPort, otherPort] = [await listen(silent), await listen(other)];
  for (const [port, code] of [
    [1, "redis.unreachable"],
    [silentPort, "redis.unreachable"],
    [otherPort, "redis.refused"],
  ] as const) {
    const said = await redis(`redis://u:s3cret@127.0.0.1:${port}`, "--json", {
      VEZA_DB_CONNECT_TIMEOUT: "300ms",
    });
    expect(said.code).toBe(3);
    expect(said.error()).toMatchObject({ code });
    expect(said.stderr).not.toContain("s3cret");
  }
  silent.close();
  other.close();
});

describe.runIf(hasRedis)("a server", () => {
  test("memory, hits, keys, clients and the slow log", async () => {
    await using server = await startRedis(["--slowlog-log-slower-than", "0", "--maxmemory", "100mb"]);
    await using client = await server.connect();
    for (const words of [
      "SET session:1 x EX 100",
      "SET cache:1 a-secret-value",
      "GET cache:1",
      "GET nothing",
    ])
      await client.ask(...words.split(" "));
    const said = await redis(server.url, "--json");
    expect(said.code, said.stderr).toBe(0);
    const { rows, slowLog, notes, server: facts } = said.data();
    const value = (figure: string): unknown =>
      listOf(rows).find((row) => row["figure"] === figure)?.["value"];
    expect([value("hits"), value("misses"), value("db0 keys"), value("db0 with expiry")]).toEqual([
      1, 1, 2, 1,
    ]);
    expect(value("maxmemory")).toBe(100 * 2 ** 20);
    expect(value("connected")).toBe(2);
    expect(facts).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+/) });
    expect(notes).toEqual([]);
    expect(JSON.stringify(slowLog)).toContain("SET cache:1 … (1 more)");
    expect(said.stdout).not.toContain("a-secret-value");
    expect((await redis(server.url, "")).stdout).toContain("100 MB");
    expect((await redis(server.url, "--watch 20ms --times 2 --json")).code).toBe(0);
  });

  test("a password: right, wrong and missing; a user without the right to the slow log", async () => {
    await using server = await startRedis([
      "--requirepass",
      "s3cret",
      "--user",
      ...["looker", "on", ">look", "~*", "+info", "+ping", "+auth"],
    ]);
    const base = server.url.replace("redis://", "");
    expect((await redis(`redis://:s3cret@${base}`, "")).code).toBe(0);
    const wrong = await redis(`redis://:wr0ng@${base}`, "--json");
    expect(wrong.code).toBe(3);
    expect(wrong.error()).toMatchObject({ code: "redis.login-failed" });
    expect(wrong.stderr).not.toContain("wr0ng");
    expect((await redis(server.url, "--json")).error()).toMatchObject({ code: "redis.login-failed" });
    const looker = await redis(`redis://looker:look@${base}`, "--json");
    expect(looker.code, looker.stderr).toBe(0);
    expect(JSON.stringify(looker.data()["notes"])).toContain("The slow log is not available");
  });

  test("a node of a cluster says that it is one of many", async () => {
    await using server = await startRedis(["--cluster-enabled", "yes"]);
    const said = await redis(server.url, "--json");
    expect(said.code, said.stderr).toBe(0);
    expect(JSON.stringify(said.data()["notes"])).toContain("cluster mode");
  });
});

async function redis(
  url: string,
  words: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Called> {
  const argv = ["stats", "redis", ...words.split(" ").filter((word) => word !== "")];
  return call(inject("run").folder, argv, { env: { REDIS_URL: url, ...env } });
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

interface RedisServer extends AsyncDisposable {
  readonly url: string;
  connect(): Promise<Redis>;
}

/** One of the test's own, on a free port of loopback, in a folder of the run. */
async function startRedis(settings: readonly string[]): Promise<RedisServer> {
  const probe = createServer();
  const port = await listen(probe);
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
  const folder = mkdtempSync(join(inject("run").folder, "redis-"));
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...settings],
    { stdio: "ignore" },
  );
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const url = `redis://127.0.0.1:${port}`;
  const connect = async (): Promise<Redis> => connectRedis(parseRedisUrl(url), 2000);
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await (await connect())[Symbol.asyncDispose]();
      break;
    } catch (error) {
      // One that wants a password answers too.
      if (error instanceof Error && error.message.includes("NOAUTH")) break;
      await sleep(20);
    }
  }
  return {
    url,
    connect,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
