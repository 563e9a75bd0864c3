import type { ReportData } from "../model.ts";
import type { Section } from "./model.ts";
import { backupsSection, migrationsSection, redisSection } from "./project.ts";
import { loadSection, queriesSection } from "./queries.ts";
import { cacheSection, sessionsSection, walSection } from "./server.ts";
import { indexesSection, partitionsSection, tablesSection } from "./tables.ts";

/** Why there are no plots over time, and how to get them. */
export function noHistory({ period }: ReportData): Section["absent"] {
  return {
    why: whyNoHistory(period.snapshots),
    mend: "*/10 * * * *  veza-db stats snapshot -q",
  };
}

function whyNoHistory(snapshots: number): string {
  if (snapshots === 0)
    return "There are no snapshots yet, so nothing can be shown over time. Let cron take one every 10 minutes; older ones are deleted by themselves.";
  if (snapshots === 1) return "There is one snapshot so far; plots over time need two that hold statements.";
  return `There are ${snapshots} snapshots, of which fewer than two hold statements: pg_stat_statements was not there to be read.`;
}

/** The page, section by section. */
export function sectionsOf(data: ReportData): readonly Section[] {
  return [
    queriesSection(data),
    loadSection(data, noHistory(data)),
    sessionsSection(data),
    walSection(data),
    cacheSection(data),
    tablesSection(data),
    indexesSection(data),
    partitionsSection(data),
    migrationsSection(data),
    backupsSection(data),
    redisSection(data),
  ];
}
