/** What belongs to the project beside the server: migrations, backups, Redis. */
import { formatDuration } from "../../kernel/duration.ts";
import { formatBytes, formatPercent } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData } from "../model.ts";
import { formatTime, formatValue } from "./format.ts";
import { section } from "./model.ts";
import type { Section } from "./model.ts";
import { linesOf } from "./lines.ts";

export function migrationsSection(data: ReportData): Section {
  const base = { id: "migrations", title: "Migrations" };
  const { migrations } = data;
  if (migrations.state !== "read") return section({ ...base, absent: migrations });
  const { applied, pending, problems, failed, count: all } = migrations.data;
  const [newest] = applied;
  return section({
    ...base,
    lede: `${count(all, "migration")} applied${newest === undefined ? "" : `, the last at ${formatTime(newest.appliedAt)}`}; ${pending.length === 0 ? "none is pending" : `${pending.length} pending`}.`,
    plots:
      applied.length === 0
        ? []
        : [
            {
              kind: "bars",
              title: "The last migrations, by how long they took",
              parts: ["took"],
              items: applied.slice(0, 10).map(({ id, name, appliedAt, durationMs }) => ({
                label: `${id} ${name}`,
                values: [durationMs],
                note: `${formatValue(durationMs, "ms")}, ${formatTime(appliedAt)}`,
              })),
            },
          ],
    tables: [
      {
        caption: "Applied and pending, newest first",
        columns: [
          { name: "id", unit: "text" },
          { name: "name", unit: "text" },
          { name: "state", unit: "text" },
          { name: "applied", unit: "time" },
          { name: "took", unit: "ms" },
        ],
        rows: [
          ...pending.toReversed().map(({ id, name }) => ({
            cells: [id, name, { value: "pending", tone: "warning" as const }, null, null],
          })),
          ...applied.map(({ id, name, status, appliedAt, durationMs }) => ({
            cells: [
              id,
              name,
              status === "applied" ? status : { value: status, tone: "bad" as const },
              appliedAt,
              durationMs,
            ],
          })),
        ],
      },
    ],
    notes: [
      ...problems.map(({ message }) => message),
      ...failed.map(
        ({ id, at, action, message }) =>
          `${formatTime(at)}: ${action} of ${id} failed${message === null ? "" : `: ${message}`}`,
      ),
    ],
  });
}

export function backupsSection(data: ReportData): Section {
  const base = { id: "backups", title: "Backups" };
  const { backups: part, generatedAt } = data;
  if (part.state !== "read") return section({ ...base, absent: part });
  const { backups, count: all } = part.data;
  const [newest] = backups;
  if (newest === undefined)
    return section({
      ...base,
      absent: { why: "There are no backups in the folder of backups.", mend: "veza-db backup" },
    });
  const now = Date.parse(generatedAt);
  const ago = (at: string): string => `${formatDuration(Math.max(0, now - Date.parse(at)))} ago`;
  const proven = backups.find(({ verifiedAt }) => verifiedAt !== null);
  return section({
    ...base,
    lede: `The ${all === 1 ? "only backup" : `last of ${count(all, "backup")}`} was made ${ago(newest.createdAt)}${newest.bytes === null ? "" : ` and takes ${formatBytes(newest.bytes)}`}; ${proven?.verifiedAt == null ? "none was ever verified" : `the last proof that one is whole is from ${ago(proven.verifiedAt)}`}.`,
    plots: [
      {
        kind: "bars",
        title: "Size of the last backups, newest first",
        parts: ["size"],
        items: backups.slice(0, 14).map((backup) => ({
          label: formatTime(backup.createdAt),
          values: [backup.bytes ?? 0],
          note: `${formatValue(backup.bytes, "bytes")}${backup.verifiedAt === null ? "" : `, verified (${backup.level ?? ""})`}${backup.ok ? "" : ", broken"}`,
          tone: backup.ok ? undefined : ("bad" as const),
        })),
      },
      ...linesOf(data, "Age of the newest backup and of the newest proof", "days", data.history.backupAges),
    ],
    tables: [
      {
        caption: "Backups, newest first",
        columns: [
          { name: "id", unit: "text" },
          { name: "database", unit: "text" },
          { name: "made", unit: "time" },
          { name: "took", unit: "ms" },
          { name: "size", unit: "bytes" },
          { name: "verified", unit: "time" },
          { name: "state", unit: "text" },
        ],
        rows: backups.map((backup) => ({
          cells: [
            backup.id,
            backup.database,
            backup.createdAt,
            backup.durationMs,
            backup.bytes,
            backup.verifiedAt ?? "never",
            backup.ok ? "good" : { value: backup.problem, tone: "bad" as const },
          ],
        })),
      },
    ],
  });
}

export function redisSection(data: ReportData): Section {
  const base = { id: "redis", title: "Redis" };
  const { redis, history } = data;
  if (redis.state !== "read") return section({ ...base, absent: redis });
  const { rows, slowLog, notes, server, place } = redis.data;
  const value = (figure: string): number | null => {
    const found = rows.find((row) => row.figure === figure)?.value;
    return typeof found === "number" ? found : null;
  };
  const [used, most, ratio, peak] = ["used", "maxmemory", "hit ratio", "peak"].map(value);
  return section({
    ...base,
    lede: `Redis ${server.version} at ${place} holds ${formatValue(used ?? null, "bytes")}${most == null ? ", without a bound" : ` of ${formatBytes(most)}`}; ${ratio == null ? "nothing was asked for yet" : `${formatPercent(ratio)} of what was asked for was there`}.`,
    plots: [
      {
        kind: "bars",
        title: "Memory",
        parts: ["bytes"],
        full: most ?? undefined,
        items: [
          { label: "used", values: [used ?? 0], note: formatValue(used ?? null, "bytes") },
          { label: "peak", values: [peak ?? 0], note: formatValue(peak ?? null, "bytes") },
        ],
      },
      ...linesOf(data, "Memory over time", "bytes", history.redisMemory),
      ...linesOf(data, "Hits over time", "part", history.redisHits),
    ],
    tables: [
      {
        caption: "What Redis says of itself",
        columns: [
          { name: "area", unit: "text" },
          { name: "figure", unit: "text" },
          { name: "value", unit: "text" },
        ],
        rows: rows.map(({ area, figure, value: shown, unit, isBad }) => ({
          cells: [
            area,
            figure,
            isBad ? { value: formatValue(shown, unit), tone: "bad" as const } : formatValue(shown, unit),
          ],
        })),
      },
      ...(slowLog.length === 0
        ? []
        : [
            {
              caption: "Slow commands",
              columns: [
                { name: "took", unit: "ms" as const },
                { name: "at", unit: "time" as const },
                { name: "command", unit: "code" as const },
              ],
              rows: slowLog.map(({ durationMs, at, command }) => ({
                cells: [durationMs, at, command.slice(0, 200)],
              })),
            },
          ]),
    ],
    notes,
  });
}
