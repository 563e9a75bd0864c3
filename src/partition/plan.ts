/** What is due, from a policy, its table and the time. Pure. */
import { isoOf, uncovered } from "./bounds.ts";
import { calendarOf, nowFor } from "./calendar.ts";
import type { Calendar } from "./calendar.ts";
import type { Instant, MaintenancePlan, NewPartition, Partition, Range } from "./model.ts";
import { partitionName } from "./names.ts";
import type { Kept } from "./read-tables.ts";

/** What the database has besides the tables themselves. */
export interface Surroundings {
  readonly now: Instant;
  /** Names in the table's schema. */
  readonly taken: ReadonlySet<string>;
  /** The periods (any moment of each) that have rows in the default partition. */
  readonly inDefault: readonly Instant[];
}

/** Partitions in a run without gaps may not go on for ever: a bound in the year 9999 is somebody's end of time. */
const most = 5000;

export function planMaintenance({ policy, table }: Kept, around: Surroundings): MaintenancePlan {
  const calendar = calendarOf(policy.interval, policy.timezone, table.keyType);
  const now = nowFor(table.keyType, around.now, policy.timezone);
  const ranges = table.partitions.map(({ range }) => range);
  const cutoff = policy.retain === undefined ? Number.NEGATIVE_INFINITY : calendar.before(now, policy.retain);
  const isPast = ({ range }: Partition): boolean => range.to <= cutoff;
  const horizon: Range = {
    from: firstWanted(ranges, calendar, now, cutoff),
    to: calendar.later(now, policy.premake + 1),
  };
  const taken = new Set(around.taken);
  const name = (range: Range): NewPartition => {
    const made = partitionName(table.name, range, calendar, (word) => taken.has(word));
    taken.add(made);
    return { name: made, range };
  };
  const draining = around.inDefault
    .flatMap((instant) => uncovered(calendar.periodAt(instant), ranges).filter((gap) => inside(instant, gap)))
    .filter((range, index, all) => all.findIndex(({ from }) => from === range.from) === index)
    .toSorted((a, b) => a.from - b.from);
  const missing = uncovered(horizon, ranges).flatMap((gap) => pieces(gap, calendar));
  const create = missing.filter(({ from }) => !draining.some((range) => range.from === from));
  return {
    policy,
    table,
    finalize: table.partitions.filter(({ isPending }) => isPending),
    create: create.map(name),
    drain: draining.map(name),
    detach: table.partitions.filter((partition) => !partition.isPending && isPast(partition)),
    createsDefault: policy.wantsDefault && table.defaultPartition === undefined,
    problems: offGrid(table.partitions, calendar).map(({ name: partition, range: { from, to } }) => ({
      partition,
      message: `lies off the grid of its policy (${isoOf(from, table.keyType) ?? "MINVALUE"} to ${isoOf(to, table.keyType) ?? "MAXVALUE"}); what it leaves open is filled beside it`,
    })),
  };
}

/** True when nothing is to be done. */
export function isNothingDue(plan: MaintenancePlan): boolean {
  const { finalize, create, detach, drain, createsDefault } = plan;
  return finalize.length + create.length + detach.length + drain.length === 0 && !createsDefault;
}

/** Gaps are closed from the first partition on that is not past; without partitions, from this period on. */
function firstWanted(ranges: readonly Range[], calendar: Calendar, now: Instant, cutoff: Instant): Instant {
  const current = calendar.periodAt(now).from;
  const first = ranges.find(({ to }) => to > cutoff);
  if (first === undefined || !Number.isFinite(first.from) || first.from >= current) return current;
  return Math.max(first.from, Number.isFinite(cutoff) ? calendar.periodAt(cutoff).from : first.from);
}

/** A gap cut where periods begin. */
function pieces(gap: Range, calendar: Calendar): Range[] {
  const cut: Range[] = [];
  for (let { from } = gap; from < gap.to && cut.length < most;) {
    const to = Math.min(gap.to, calendar.periodAt(from).to);
    cut.push({ from, to });
    from = to;
  }
  return cut;
}

function offGrid(partitions: readonly Partition[], calendar: Calendar): Partition[] {
  // Where one ends the next begins: each bound is looked at once.
  const known = new Map<Instant, boolean>();
  const begins = (instant: Instant): boolean => {
    const answer = known.get(instant) ?? (!Number.isFinite(instant) || calendar.begins(instant));
    known.set(instant, answer);
    return answer;
  };
  return partitions.filter(({ range }) => !begins(range.from) || !begins(range.to));
}

/** What nothing covers between the first and the last partition, or up to the horizon where that is later. */
export function findGaps(ranges: readonly Range[], horizon: Instant): Range[] {
  const from = ranges[0]?.from;
  const last = ranges.at(-1)?.to;
  if (from === undefined || last === undefined) return [];
  return uncovered({ from, to: Math.max(last, horizon) }, ranges);
}

/** How long new rows will still find a partition without anybody doing anything, in microseconds; undefined: for ever. */
export function runwayOf(ranges: readonly Range[], now: Instant): number | undefined {
  const [gap] = uncovered({ from: now, to: Number.POSITIVE_INFINITY }, ranges);
  return gap === undefined ? undefined : gap.from - now;
}

function inside(instant: Instant, { from, to }: Range): boolean {
  return instant >= from && instant < to;
}
