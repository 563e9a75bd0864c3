/** Runs that do not come to their end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { cleanEnvironment, cliFile } from "../support/cli.ts";
import { startProxy } from "../support/proxy.ts";
import type { ProxyMessage, Verdict } from "../support/proxy.ts";
import { machine, startTunedServer } from "./support/server.ts";
import type { TunedServer } from "./support/server.ts";

const call = ["tune", "apply", ...machine, "--yes"];

/** Does something at the nth ALTER SYSTEM that passes. */
function atAlter(nth: number, act: () => Verdict): (message: ProxyMessage) => Verdict {
  let seen = 0;
  return ({ from, type, body }) =>
    from === "client" && type === "Q" && body.toString("latin1").startsWith("ALTER SYSTEM") && ++seen === nth
      ? act()
      : "pass";
}

async function proxied(
  server: TunedServer,
  onMessage: (message: ProxyMessage) => Verdict,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const { hostname, port } = new URL(server.url);
  const proxy = await startProxy({ host: hostname, port: Number(port), onMessage });
  const url = new URL(server.url);
  url.port = String(proxy.port);
  return { url: url.href, [Symbol.asyncDispose]: async () => proxy[Symbol.asyncDispose]() };
}

test("killed in the middle: check says so, apply refuses, undo restores", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET shared_buffers = '64MB'");
  const before = await server.autoConf();
  let kill = (): void => {};
  await using proxy = await proxied(
    server,
    atAlter(3, () => {
      kill();
      return "hold";
    }),
  );
  const child = spawn(process.execPath, [cliFile, ...call, "--url", proxy.url], {
    cwd: server.project.folder,
    env: cleanEnvironment(),
    stdio: "ignore",
  });
  kill = () => child.kill("SIGKILL");
  await once(child, "close");
  const between = await server.autoConf();
  expect(between).toContain("shared_buffers = '256MB'");
  expect(between).toContain("effective_cache_size");
  const checked = await server.tune(["check", "--json"]);
  expect(checked.code).toBe(1);
  const refused = await server.tune(["apply", ...machine, "--yes", "--json"]);
  expect(refused.code).toBe(4);
  expect(refused.errorJson()).toMatchObject({ error: { code: "tune.unfinished" } });
  const undone = await server.tune(["undo", "--yes"]);
  expect(undone.code).toBe(0);
  expect(await server.autoConf()).toBe(before);
  expect((await server.tune(["check"])).code).toBe(0);
});

test("the connection is lost in the middle: the earlier values are back", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET effective_cache_size = '3GB'");
  const before = await server.autoConf();
  await using proxy = await proxied(
    server,
    atAlter(4, () => "cut"),
  );
  const applied = await server.tune(["apply", ...machine, "--yes", "--json"], { url: proxy.url });
  expect(applied.code).toBe(5);
  expect(applied.stderr).toContain("The earlier values are back.");
  expect(await server.autoConf()).toBe(before);
  expect((await server.tune(["check"])).code).toBe(0);
});

test("stopped in the middle by SIGTERM: the earlier values are back", async () => {
  await using server = await startTunedServer();
  const before = await server.autoConf();
  let stop = (): void => {};
  await using proxy = await proxied(
    server,
    atAlter(3, () => {
      stop();
      return "pass";
    }),
  );
  const child = spawn(process.execPath, [cliFile, ...call, "--url", proxy.url], {
    cwd: server.project.folder,
    env: cleanEnvironment(),
    stdio: "ignore",
  });
  stop = () => child.kill("SIGTERM");
  const [code]: unknown[] = await once(child, "close");
  expect(code).toBe(143);
  expect(await server.autoConf()).toBe(before);
  expect((await server.tune(["check"])).code).toBe(0);
});
