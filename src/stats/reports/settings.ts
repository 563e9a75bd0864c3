import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { readStats } from "../session.ts";

/** One setting that is not as it came, or that should be looked at. */
export interface SettingRow {
  readonly name: string;
  /** As PostgreSQL keeps it, in its unit. */
  readonly value: string;
  readonly unit: string | null;
  readonly default: string | null;
  readonly source: string;
  readonly needsRestart: boolean;
  /** What is wrong with it; null where nothing is. */
  readonly verdict: string | null;
}

interface FoundSetting {
  readonly name: string;
  readonly setting: string | null;
  readonly unit: string | null;
  readonly default: string | null;
  readonly source: string;
  readonly needsRestart: boolean;
}

/** Values that lose data, or blind whoever looks. */
const wrong: Readonly<Record<string, readonly [value: string, verdict: string]>> = {
  fsync: ["off", "a crash of the machine destroys the database"],
  full_page_writes: ["off", "a crash of the machine may destroy pages"],
  synchronous_commit: ["off", "a crash loses the last transactions that were reported as committed"],
  autovacuum: ["off", "dead rows pile up, and wraparound comes nearer"],
  track_counts: ["off", "autovacuum does not run, and table statistics are missing"],
  track_activities: ["off", "nobody can see what sessions do"],
  track_io_timing: ["off", "the time that I/O takes is not known"],
  zero_damaged_pages: ["on", "damaged pages are overwritten with nothing"],
  ignore_checksum_failure: ["on", "damage goes unnoticed"],
};

/** Settings that differ from PostgreSQL's own, those first that hurt. */
export async function readSettings(db: Db): Promise<Report<SettingRow>> {
  return readStats(db, async ({ query, notes, facts }) => {
    const [found, [role]] = await Promise.all([
      query<FoundSetting>(loadSql(import.meta.url, "./sql/settings.sql"), [
        `{${Object.keys(wrong).join(",")}}`,
      ]),
      query<{ readonly seesAll: boolean }>(loadSql(import.meta.url, "./sql/settings-hidden.sql")),
    ]);
    if (role?.seesAll !== true) {
      notes.add(
        `Settings that only pg_read_all_settings may see are hidden from the role ${facts.user}: GRANT pg_monitor.`,
      );
    }
    const rows = found
      .map(judgeSetting)
      .filter((row) => row.verdict !== null || row.needsRestart || isChanged(row))
      .toSorted((a, b) => rank(a) - rank(b));
    return {
      rows,
      notes: notes.lines,
      next: rows.some(({ needsRestart }) => needsRestart)
        ? ["Restart the server: some settings wait for it."]
        : [],
      server: { version: facts.version },
    };
  });
}

function isChanged({ source, value, default: boot }: SettingRow): boolean {
  return source !== "default" && value !== (boot ?? "");
}

function rank({ verdict, needsRestart }: SettingRow): number {
  if (verdict !== null) return 0;
  return needsRestart ? 1 : 2;
}

export function judgeSetting({
  name,
  setting,
  unit,
  default: value,
  source,
  needsRestart,
}: FoundSetting): SettingRow {
  const judged = wrong[name];
  return {
    name,
    value: setting ?? "",
    unit,
    default: value,
    source,
    needsRestart,
    verdict: judged !== undefined && judged[0] === setting ? judged[1] : null,
  };
}
