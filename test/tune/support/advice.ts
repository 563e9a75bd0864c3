import { expect } from "vitest";
import type { AdviceData } from "../../../src/cli/tune.ts";
import { runCli } from "../../support/cli.ts";
import type { CliOptions } from "../../support/cli.ts";

/** The settings that the platform's document sets by hand. */
export const documentSettings: readonly string[] = [
  "shared_buffers",
  "effective_cache_size",
  "maintenance_work_mem",
  "checkpoint_completion_target",
  "wal_buffers",
  "default_statistics_target",
  "random_page_cost",
  "effective_io_concurrency",
  "max_parallel_workers_per_gather",
  "max_parallel_workers",
  "parallel_tuple_cost",
  "parallel_setup_cost",
  "work_mem",
  "temp_buffers",
];

/** What a call of `tune` gives under --json; it has to end with 0. */
export async function adviceOf(args: readonly string[], options: CliOptions = {}): Promise<AdviceData> {
  const { code, stdout, stderr } = await runCli([...args, "--json"], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { schema, data }: { schema: string; data: AdviceData } = JSON.parse(stdout);
  expect(schema).toBe("veza-db/tune.advise@1");
  return data;
}
