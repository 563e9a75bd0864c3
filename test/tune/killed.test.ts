/** A run that is killed; those that are stopped in other ways are in test/long. */
import { expect, test } from "vitest";
import { stoppedAt } from "./support/cut.ts";
import { machine, startTunedServer } from "./support/server.ts";

test("killed in the middle: check says so, apply refuses, undo restores", async () => {
  await using server = await startTunedServer();
  await server.query("ALTER SYSTEM SET shared_buffers = '64MB'");
  const before = await server.autoConf();
  expect(await stoppedAt(server, "ALTER SYSTEM", 3, "SIGKILL")).toBeNull();
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
