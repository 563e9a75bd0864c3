/** Whoever watches backups: pings, hooks and metrics, from the settings of a call. */
import { readFileSync } from "node:fs";
import type { RetentionPolicy } from "../backup/prune/plan.ts";
import { readBackups } from "../backup/read-backups.ts";
import { runHook } from "../backup/watch/hooks.ts";
import type { HookFacts } from "../backup/watch/hooks.ts";
import { lastRunsIn, renderMetrics } from "../backup/watch/metrics-file.ts";
import { ping } from "../backup/watch/ping.ts";
import { VezaError, exitCodes, isSystemError, messageOf } from "../kernel/error.ts";
import { writeWhole } from "../kernel/write-whole.ts";
import type { Context } from "./command.ts";

type Watched = Pick<Context, "settings" | "signal" | "warn">;

export function policyOf({ settings: { values } }: Pick<Context, "settings">): RetentionPolicy {
  return {
    keepDays: values.backupKeepDays,
    keepLast: values.backupKeepLast,
    keepDaily: values.backupKeepDaily,
    keepWeekly: values.backupKeepWeekly,
    keepMonthly: values.backupKeepMonthly,
  };
}

/** How a run that threw will end. */
export function exitCodeOf(error: unknown, { signal }: Pick<Context, "signal">): number {
  if (signal.aborted) return signal.reason === "SIGTERM" ? exitCodes.terminated : exitCodes.interrupted;
  return error instanceof VezaError ? error.exitCode : exitCodes.bug;
}

/** Another run is at it, or the call was wrong: that is no failed backup. */
export function isFailedRun(exitCode: number): boolean {
  return exitCode !== exitCodes.refused && exitCode !== exitCodes.usage;
}

/** Calls the dead man's switch at the beginning and at the end of a call, once, however many databases it is about. */
export async function pinged<T extends { readonly exitCode: number }>(
  context: Watched,
  run: () => Promise<T>,
): Promise<T> {
  const { backupPing } = context.settings.values;
  if (backupPing === undefined) return run();
  const call = async (what: "start" | "success" | "fail"): Promise<void> => {
    const complaint = await ping(backupPing, what);
    if (complaint !== undefined) context.warn(complaint);
  };
  await call("start");
  try {
    const result = await run();
    await call(result.exitCode === exitCodes.done ? "success" : "fail");
    return result;
  } catch (error) {
    if (isFailedRun(exitCodeOf(error, context))) await call("fail");
    throw error;
  }
}

export async function runBefore({ settings, signal }: Watched, database: string): Promise<void> {
  const { backupBefore, backupHookTimeout: timeoutMs } = settings.values;
  if (backupBefore === undefined) return;
  await runHook({ name: "before", program: backupBefore, timeoutMs }, { database }, signal);
}

/** What it does cannot spoil a backup that is made. A signal ends it, unless it is what the hook is told of. */
export async function runAfter({ settings, signal, warn }: Watched, facts: HookFacts): Promise<void> {
  const { backupAfter, backupHookTimeout: timeoutMs } = settings.values;
  if (backupAfter === undefined) return;
  const mayStop = signal.aborted ? undefined : signal;
  try {
    await runHook({ name: "after", program: backupAfter, timeoutMs }, facts, mayStop);
  } catch (error) {
    mayStop?.throwIfAborted();
    warn(error instanceof VezaError ? `${error.message} ${error.detail ?? ""}`.trim() : messageOf(error));
  }
}

/** Writes the metrics anew. `run` is how a run has ended; what the file tells of other databases' runs stays. */
export async function tellMetrics(
  { settings, warn }: Pick<Context, "settings" | "warn">,
  run?: { readonly database: string; readonly exitCode: number },
): Promise<void> {
  const { backupDir, backupMetricsFile } = settings.values;
  if (backupMetricsFile === undefined) return;
  try {
    const { backups } = await readBackups(backupDir);
    const others = lastRunsIn(readPresent(backupMetricsFile)).filter(
      ({ database }) => database !== run?.database,
    );
    const runs = [...others, ...(run === undefined ? [] : [{ ...run, at: Date.now() / 1000 }])];
    // Readable by others: the collector runs as another account.
    writeWhole(backupMetricsFile, renderMetrics(backups, runs), 0o644);
  } catch (error) {
    warn(`The metrics could not be written to ${backupMetricsFile}: ${messageOf(error)}`);
  }
}

function readPresent(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return "";
    throw error;
  }
}
