/** Which backups stay and which go, and why. Pure. */
import { dayMs } from "../../kernel/duration.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { kindOf } from "../kind.ts";
import { skewMs } from "../layout.ts";
import type { Backup } from "../model.ts";
import { verifiedAt } from "../read-backups.ts";

export interface RetentionPolicy {
  readonly keepDays: number;
  readonly keepLast: number;
  readonly keepDaily: number;
  readonly keepWeekly: number;
  readonly keepMonthly: number;
}

export interface Candidate {
  readonly backup: Backup;
  /** Files in its folder that are none of its own. */
  readonly unknown: readonly string[];
}

export interface Decision {
  readonly id: string;
  readonly database: string;
  readonly bytes: number;
  readonly startedAt: string;
  readonly action: "keep" | "delete";
  readonly reasons: readonly string[];
}

export interface Refusal {
  readonly reason: "clock" | "half" | "failed-run";
  readonly message: string;
}

export interface PrunePlan {
  /** Newest first. */
  readonly decisions: readonly Decision[];
  /** Why nothing of it may be carried out without leave. */
  readonly refusal: Refusal | undefined;
}

/**
 * Decides over the backups of one database's folder. Age is the manifest's, good is what nothing is known against; each
 * kind (cluster, database, part of it) is judged by itself.
 */
export function planPrune(candidates: readonly Candidate[], policy: RetentionPolicy, now: Date): PrunePlan {
  const kinds = groupBy(candidates, ({ backup }) => kindOf(backup.manifest));
  const decided = [...kinds.values()].map((kind) => decideKind(kind, policy, now));
  const decisions = decided.flatMap((kind) => kind).toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return { decisions, refusal: clockRefusal(candidates, now) ?? halfRefusal([...kinds.values()], decisions) };
}

function decideKind(kind: readonly Candidate[], policy: RetentionPolicy, now: Date): Decision[] {
  const newestFirst = kind.toSorted((a, b) => timeOf(b.backup) - timeOf(a.backup));
  const good = newestFirst.filter(({ backup }) => backup.problem === undefined).map(({ backup }) => backup);
  const kept = keptByRule(good, policy, now);
  return newestFirst.map(({ backup, unknown }) => {
    const { id, manifest, problem, isPinned } = backup;
    const days = Math.floor((now.getTime() - timeOf(backup)) / dayMs);
    const reasons = [
      ...(isPinned ? ["it is pinned"] : []),
      ...(unknown.length > 0
        ? [`its folder holds what veza-db does not know: ${unknown.slice(0, 3).join(", ")}`]
        : []),
      ...(kept.get(id) ?? []),
      ...(problem === undefined ? [] : keptThoughBad(problem, good.length, days, policy)),
    ];
    const age = days === 1 ? "1 day old" : `${days} days old`;
    return {
      id,
      database: manifest.database,
      bytes: manifest.bytes,
      startedAt: manifest.startedAt,
      action: reasons.length > 0 ? "keep" : "delete",
      reasons:
        reasons.length > 0
          ? reasons
          : [
              problem === undefined
                ? `it is ${age}, and no rule keeps it`
                : `it is ${age} and no good one: ${problem}`,
            ],
    };
  });
}

/** A bad one counts for nothing, but while there is no good one it may be all there is. */
function keptThoughBad(problem: string, good: number, days: number, { keepDays }: RetentionPolicy): string[] {
  if (good === 0) return [`there is no good one instead; this one is not good: ${problem}`];
  return days < keepDays ? [`it counts for nothing (${problem}), and is younger than ${keepDays} days`] : [];
}

function keptByRule(good: readonly Backup[], policy: RetentionPolicy, now: Date): Map<string, string[]> {
  const kept = new Map<string, string[]>();
  const keep = (id: string, reason: string): void => {
    kept.set(id, [...(kept.get(id) ?? []), reason]);
  };
  const verified = good.find((backup) => verifiedAt(backup) !== undefined);
  if (verified !== undefined) keep(verified.id, "it is the newest that was verified");
  const [newest] = good;
  if (newest !== undefined && newest !== verified) keep(newest.id, "it is the newest");
  good.forEach((backup, index) => {
    if (now.getTime() - timeOf(backup) < policy.keepDays * dayMs)
      keep(backup.id, `it is younger than ${policy.keepDays} days`);
    if (index < policy.keepLast) keep(backup.id, `it is one of the newest ${policy.keepLast}`);
  });
  const periods = [
    ["day", policy.keepDaily, dayOf],
    ["week", policy.keepWeekly, weekOf],
    ["month", policy.keepMonthly, monthOf],
  ] as const;
  for (const [name, most, periodOf] of periods) {
    const seen = new Set<string>();
    for (const backup of good) {
      const period = periodOf(new Date(timeOf(backup)));
      if (seen.has(period)) continue;
      if (seen.size === most) break;
      seen.add(period);
      keep(backup.id, `it is the newest of the ${name} ${period} (${seen.size} of ${most})`);
    }
  }
  return kept;
}

function timeOf({ manifest }: Backup): number {
  return Date.parse(manifest.startedAt);
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}

/** ISO 8601: weeks begin on Monday, and belong to the year of their Thursday. */
function weekOf(time: Date): string {
  const day = (time.getUTCDay() + 6) % 7;
  const thursday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate() - day + 3));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - first) / (7 * dayMs)) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}

/** By a clock that has gone back, everything that is to come would be judged wrongly. */
function clockRefusal(candidates: readonly Candidate[], now: Date): Refusal | undefined {
  const ahead = candidates.find(({ backup }) => timeOf(backup) > now.getTime() + skewMs);
  if (ahead === undefined) return undefined;
  return {
    reason: "clock",
    message: `The clock says ${now.toISOString()}, and the backup ${ahead.backup.id} was begun after that: one of the two clocks is wrong.`,
  };
}

/** A rule that was just mistyped, or a long pause, would take most of what there is at once. */
function halfRefusal(
  kinds: readonly (readonly Candidate[])[],
  decisions: readonly Decision[],
): Refusal | undefined {
  const going = new Set(decisions.filter(({ action }) => action === "delete").map(({ id }) => id));
  for (const kind of kinds) {
    const good = kind.filter(({ backup }) => backup.problem === undefined);
    const lost = good.filter(({ backup }) => going.has(backup.id)).length;
    if (lost * 2 > good.length) {
      return { reason: "half", message: `${lost} of ${good.length} good backups would go, more than half.` };
    }
  }
  return undefined;
}
