/** Metrics for node_exporter's textfile collector: what is on disk, and how the last run went. */
import { compareText } from "../../kernel/compare.ts";
import { labelsOf, renderExposition } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { groupBy } from "../../kernel/group-by.ts";
import type { Backup } from "../model.ts";
import { verifiedAt } from "../read-backups.ts";

/** How the last run of a database's backup ended. */
export interface LastRun {
  readonly database: string;
  readonly exitCode: number;
  /** When, in seconds since 1970. */
  readonly at: number;
}

const exitCodeName = "veza_backup_last_exit_code";
const runTimeName = "veza_backup_last_run_timestamp_seconds";

/** The text of the file. */
export function renderMetrics(backups: readonly Backup[], last: readonly LastRun[]): string {
  return renderExposition([
    ...backupFamilies(backups),
    gauge(
      exitCodeName,
      "Exit code of the last run.",
      last.map(({ database, exitCode }) => [database, exitCode]),
    ),
    gauge(
      runTimeName,
      "When the last run ended, well or not.",
      last.map(({ database, at }) => [database, at]),
    ),
  ]);
}

/** The last runs that a file tells of, which a run of another database must not forget. */
export function lastRunsIn(text: string): LastRun[] {
  const exitCodes = valuesOf(text, exitCodeName);
  const times = valuesOf(text, runTimeName);
  return [...exitCodes].map(([database, exitCode]) => ({ database, exitCode, at: times.get(database) ?? 0 }));
}

function valuesOf(text: string, name: string): Map<string, number> {
  const line = new RegExp(String.raw`^${name}\{database="((?:[^"\\]|\\.)*)"\} (\S+)$`, "gm");
  return new Map(
    [...text.matchAll(line)].map(([, label = "", value]) => [unescapeLabel(label), Number(value)]),
  );
}

function unescapeLabel(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
}

/** What is on disk, by database: what the file and the exporter both say. */
export function backupFamilies(backups: readonly Backup[]): Family[] {
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
  const verified = databases.flatMap(([database, of]) => {
    const backup = of.findLast((one) => verifiedAt(one) !== undefined);
    return backup === undefined ? [] : [[database, backup.manifest] as const];
  });
  return [
    gauge(
      "veza_backup_last_success_timestamp_seconds",
      "When the newest good backup was finished.",
      newest.map(([database, { finishedAt }]) => [database, seconds(finishedAt)]),
    ),
    gauge(
      "veza_backup_last_verified_timestamp_seconds",
      "When a backup was last proven whole.",
      proven("any"),
    ),
    gauge(
      "veza_backup_last_drill_timestamp_seconds",
      "When a backup was last restored for a trial.",
      proven("restore"),
    ),
    gauge(
      "veza_backup_newest_verified_timestamp_seconds",
      "When the newest backup that was proven whole was finished.",
      verified.map(([database, { finishedAt }]) => [database, seconds(finishedAt)]),
    ),
    gauge(
      "veza_backup_newest_verified_bytes",
      "Size of the newest backup that was proven whole.",
      verified.map(([database, { bytes }]) => [database, bytes]),
    ),
    gauge(
      "veza_backup_bytes",
      "Size of the newest good backup.",
      newest.map(([database, { bytes }]) => [database, bytes]),
    ),
    gauge(
      "veza_backup_rows",
      "Rows in the newest good backup.",
      newest.map(([database, { rows }]) => [database, rows]),
    ),
    gauge(
      "veza_backup_duration_seconds",
      "How long the newest good backup took.",
      newest.map(([database, { durationMs }]) => [database, durationMs / 1000]),
    ),
    gauge(
      "veza_backup_count",
      "How many good backups there are.",
      databases.map(([database, of]) => [database, of.length]),
    ),
  ];
}

function gauge(
  name: string,
  help: string,
  values: readonly (readonly [database: string, value: number])[],
): Family {
  return {
    name,
    type: "gauge",
    help,
    labels: values.map(([database]) => labelsOf({ database })),
    values: values.map(([, value]) => value),
  };
}

function seconds(time: string): number {
  return Date.parse(time) / 1000;
}
