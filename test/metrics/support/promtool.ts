import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** What promtool finds wrong with a page, its taste in names left out: those are postgres_exporter's and redis_exporter's. */
export function promtoolSays(page: string): string[] {
  const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input: page, encoding: "utf8" });
  // 3: it would name things otherwise, as it would those of postgres_exporter; 1: it cannot read them.
  expect(status, stderr).not.toBe(1);
  return stderr
    .split("\n")
    .filter((line) => line !== "" && !/(should|counter|abbreviat|non-histogram|colons)/.test(line));
}
