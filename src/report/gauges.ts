/** What the project says of itself at one moment, by the names under which a snapshot keeps it. Pure. */
import { dayMs } from "../kernel/duration.ts";
import type { ReportBackup } from "./model.ts";

export const runwayPrefix = "runwayDays.";

type Gauges = Readonly<Record<string, number>>;

/** Days since the newest good backup of a database, and since the newest proof of one; nothing where there is none. */
export function backupGauges(backups: readonly ReportBackup[], database: string, nowMs: number): Gauges {
  const own = backups.filter((backup) => backup.ok && backup.database === database);
  const since = (times: readonly (string | null)[]): number | undefined => {
    const known = times.flatMap((time) => (time === null ? [] : [Date.parse(time)]));
    return known.length === 0 ? undefined : Math.max(0, nowMs - Math.max(...known)) / dayMs;
  };
  const made = since(own.map(({ createdAt }) => createdAt));
  const proven = since(own.map(({ verifiedAt }) => verifiedAt));
  return {
    ...(made === undefined ? {} : { "backups.madeDaysAgo": made }),
    ...(proven === undefined ? {} : { "backups.provenDaysAgo": proven }),
  };
}

/** For how many days each table has partitions; one whose last has no end is left out. */
export function runwayGauges(
  tables: readonly { readonly table: string; readonly runwayDays: number | null }[],
): Gauges {
  return Object.fromEntries(
    tables.flatMap(({ table, runwayDays }) =>
      runwayDays === null ? [] : [[`${runwayPrefix}${table}`, runwayDays] as const],
    ),
  );
}
