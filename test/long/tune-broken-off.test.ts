/** `tune apply` that does not come to its end, at each of its steps. */
import { expect, test } from "vitest";
import { at, proxied, stoppedAt } from "../tune/support/cut.ts";
import { machine, startTunedServer } from "../tune/support/server.ts";

test("killed at every step: undo restores", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET shared_buffers = '64MB'");
  const before = await server.autoConf();
  let steps = 0;
  for (;;) {
    const code = await stoppedAt(server, "ALTER SYSTEM", steps + 1, "SIGKILL");
    if (code !== null) break;
    steps++;
    expect((await server.tune(["check"])).code).toBe(1);
    expect((await server.tune(["undo", "--yes"])).code).toBe(0);
    expect(await server.autoConf()).toBe(before);
  }
  expect(steps).toBeGreaterThan(8);
  // Written whole by the run that nothing stopped; then killed before the reload.
  expect((await server.tune(["undo", "--yes"])).code).toBe(0);
  expect(await stoppedAt(server, 'pg_reload_conf() AS "isSent"', 1, "SIGKILL")).toBeNull();
  expect(await server.autoConf()).not.toBe(before);
  expect((await server.tune(["undo", "--yes"])).code).toBe(0);
  expect(await server.autoConf()).toBe(before);
  expect((await server.tune(["check"])).code).toBe(0);
});

test("the connection is lost in the middle: the earlier values are back", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET effective_cache_size = '3GB'");
  const before = await server.autoConf();
  await using proxy = await proxied(
    server,
    at("ALTER SYSTEM", 4, () => "cut"),
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
  const code = await stoppedAt(server, "ALTER SYSTEM", 3, "SIGTERM");
  expect(code).toBe(143);
  expect(await server.autoConf()).toBe(before);
  expect((await server.tune(["check"])).code).toBe(0);
});
