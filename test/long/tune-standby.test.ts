/** A primary and a standby that follows it. */
import { expect, test } from "vitest";
import { startStandbyOf, startTunedServer } from "../tune/support/server.ts";

/** A standby asks again after a while. */
const soon = { timeout: 20_000 };

test("what a standby needs: raised there first, never lowered there, not by undo either", async () => {
  await using primary = await startTunedServer();
  await using standby = await startStandbyOf(primary);
  const following = "SELECT state FROM pg_stat_replication WHERE state = 'streaming'";
  await expect.poll(() => primary.query(following), soon).toHaveLength(1);
  const sized = ["--ram", "4GB", "--cpu", "2"];
  const connections = (number: number): string[] => [
    "apply",
    ...sized,
    "--only",
    "max_connections",
    "--set",
    `max_connections=${number}`,
    "--yes",
    "--json",
  ];

  const advised = await primary.tune([...sized, "--connections", "200"]);
  expect(advised.stdout).toContain("raise it on the standbys first (1 seen)");

  expect((await standby.tune(connections(300))).code).toBe(0);
  // It waits for the restart, and may be taken back: what is in force stays.
  expect((await standby.tune(["undo", "--yes"])).code).toBe(0);
  expect((await standby.tune(connections(300))).code).toBe(0);
  await standby.restart();
  expect(await standby.show("max_connections")).toBe("300");
  expect((await primary.tune(connections(200))).code).toBe(0);
  await primary.restart();
  await expect.poll(() => primary.query(following), soon).toHaveLength(1);

  const before = await standby.autoConf();
  for (const words of [connections(150), ["undo", "--yes", "--json"]]) {
    const lowered = await standby.tune(words);
    expect({ words, code: lowered.code }).toEqual({ words, code: 4 });
    expect(lowered.errorJson()).toMatchObject({ error: { code: "tune.refused" } });
    expect(lowered.stderr).toContain("on a standby");
  }
  expect(await standby.autoConf()).toBe(before);
  await standby.restart();
  await expect
    .poll(() => standby.query("SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'"), soon)
    .toHaveLength(1);
});
