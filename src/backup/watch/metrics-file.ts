/** Metrics for node_exporter's textfile collector: what is on disk, and how the last run went. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { compareText } from "../../kernel/compare.ts";
import { groupBy } from "../../kernel/group-by.ts";
import type { Backup } from "../model.ts";
import { verifiedAt } from "../read-backups.ts";

export interface LastRun {
  readonly database: string;
  readonly exitCode: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly values: readonly (readonly [database: string, value: number])[];
}

/** The text of the file. `last` is of the databases that this run was about. */
export function renderMetrics(backups: readonly Backup[], last: readonly LastRun[], now: Date): string {
  const byDatabase = groupBy(
    backups.filter(({ problem }) => problem === undefined),
    ({ manifest }) => manifest.database,
  );
  const databases = [...byDatabase].toSorted(([a], [b]) => compareText(a, b));
  const newest = databases.flatMap(([database, of]) => {
    const backup = of.at(-1);
    return backup === undefined ? [] : [[database, backup.manifest] as const];
  });
  const proven = (level: "any" | "restore"): [string, number][] =>
    databases.flatMap(([database, of]) => {
      const times = of.flatMap((backup) =>
        level === "any"
          ? [verifiedAt(backup)]
          : [backup.verifications.findLast((found) => found.ok && found.level === "restore")?.at],
      );
      const latest = times
        .filter((time) => time !== undefined)
        .toSorted()
        .at(-1);
      return latest === undefined ? [] : [[database, seconds(latest)]];
    });
  const metrics: Metric[] = [
    {
      name: "veza_backup_last_success_timestamp_seconds",
      help: "When the newest good backup was finished.",
      values: newest.map(([database, { finishedAt }]) => [database, seconds(finishedAt)]),
    },
    {
      name: "veza_backup_last_verified_timestamp_seconds",
      help: "When a backup was last proven whole.",
      values: proven("any"),
    },
    {
      name: "veza_backup_last_drill_timestamp_seconds",
      help: "When a backup was last restored for a trial.",
      values: proven("restore"),
    },
    {
      name: "veza_backup_bytes",
      help: "Size of the newest good backup.",
      values: newest.map(([database, { bytes }]) => [database, bytes]),
    },
    {
      name: "veza_backup_rows",
      help: "Rows in the newest good backup.",
      values: newest.map(([database, { rows }]) => [database, rows]),
    },
    {
      name: "veza_backup_duration_seconds",
      help: "How long the newest good backup took.",
      values: newest.map(([database, { durationMs }]) => [database, durationMs / 1000]),
    },
    {
      name: "veza_backup_count",
      help: "How many good backups there are.",
      values: databases.map(([database, of]) => [database, of.length]),
    },
    {
      name: "veza_backup_last_exit_code",
      help: "Exit code of the last run.",
      values: last.map(({ database, exitCode }) => [database, exitCode]),
    },
    {
      name: "veza_backup_last_run_timestamp_seconds",
      help: "When the last run ended, well or not.",
      values: last.map(({ database }) => [database, now.getTime() / 1000]),
    },
  ];
  return metrics
    .filter(({ values }) => values.length > 0)
    .map(({ name, help, values }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...values.map(([database, value]) => `${name}{database="${escape(database)}"} ${value}`),
        "",
      ].join("\n"),
    )
    .join("");
}

/** Written whole, then renamed: the collector never reads half of it. Others may read it. */
export async function writeMetricsFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, content, { mode: 0o644 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
