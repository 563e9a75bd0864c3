import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gaugesOf, labelsOf, single } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { namesIn } from "../../kernel/names-in.ts";
import type { OwnReading } from "./model.ts";

interface LastOutcome {
  readonly command: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly exitCode: number;
  readonly data?: unknown;
}

/** How each recorded command last ended, and what `drift` then found. */
export function readOutcomesFrom(stateDir: string): OwnReading {
  const folder = join(stateDir, "last");
  return {
    kind: "files",
    name: "veza_outcomes",
    read: async () => outcomeFamilies(await readOutcomes(folder)),
  };
}

async function readOutcomes(folder: string): Promise<LastOutcome[]> {
  const outcomes: LastOutcome[] = [];
  for (const name of namesIn(folder).filter((one) => one.endsWith(".json"))) {
    const content: unknown = JSON.parse(await readFile(join(folder, name), "utf8"));
    if (!isOutcome(content)) throw new Error(`${join(folder, name)} is no outcome of veza-db`);
    outcomes.push(content);
  }
  return outcomes;
}

function isOutcome(content: unknown): content is LastOutcome {
  if (typeof content !== "object" || content === null) return false;
  const has = (field: string, type: string): boolean => typeof Reflect.get(content, field) === type;
  return (
    has("command", "string") &&
    has("finishedAt", "string") &&
    has("durationMs", "number") &&
    has("exitCode", "number")
  );
}

/** Pure. */
export function outcomeFamilies(outcomes: readonly LastOutcome[]): Family[] {
  const labels = outcomes.map(({ command }) => labelsOf({ command }));
  const gauge = gaugesOf(labels);
  const drift = outcomes.find(({ command }) => command === "drift");
  return [
    gauge(
      "veza_last_run_timestamp_seconds",
      "When the command last ended, well or not.",
      outcomes.map(({ finishedAt }) => Date.parse(finishedAt) / 1000),
    ),
    gauge(
      "veza_last_run_duration_seconds",
      "How long it took.",
      outcomes.map(({ durationMs }) => durationMs / 1000),
    ),
    gauge(
      "veza_last_run_exit_code",
      "What it ended with.",
      outcomes.map(({ exitCode }) => exitCode),
    ),
    ...driftFamilies(drift?.data),
  ];
}

function driftFamilies(data: unknown): Family[] {
  const changes: unknown =
    typeof data === "object" && data !== null ? Reflect.get(data, "changes") : undefined;
  if (!Array.isArray(changes)) return [];
  return [
    single(
      "veza_drift_changes",
      "gauge",
      "Differences from the migrations that the last drift found.",
      changes.length,
    ),
  ];
}
