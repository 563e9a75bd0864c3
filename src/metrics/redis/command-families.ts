/** What INFO says of each command and of each kind of error: names that clients and modules choose, so they are bounded. */
import { labelsOf, suffixedLabels } from "../../kernel/exposition.ts";
import type { Family, Labels, Value } from "../../kernel/exposition.ts";
import type { RedisInfo } from "../../redis/info.ts";
import type { Memory } from "../model.ts";
import { keepRising } from "../remainder.ts";
import { numberOf, pairsOf } from "./fields.ts";

/** Commands, and kinds of errors, with series of their own. */
const most = 300;

/** What one exporter remembers of one Redis from scrape to scrape. */
export interface CommandMemory extends Pick<Memory, "remainders"> {
  /** Commands, and kinds of errors, that have series: they keep them. */
  readonly shown: Map<string, ReadonlySet<string>>;
}

interface Entry {
  readonly name: string;
  readonly stats: Readonly<Record<string, string>>;
}

interface Split {
  readonly own: readonly Entry[];
  readonly others: readonly Entry[];
}

export function commandFamilies(info: RedisInfo, memory: CommandMemory): Family[] {
  const commands = split(info, "cmdstat_", "calls", memory);
  const labels = labelsFor(commands, "cmd");
  const of = (name: string, help: string, key: string, factor = 1): Family => ({
    name: `redis_${name}`,
    type: "counter",
    help,
    labels,
    values: valuesFor(commands, name, key, factor, memory),
  });
  return [
    of("commands_total", "Calls of the command.", "calls"),
    of("commands_duration_seconds_total", "Time spent in the command.", "usec", 1e-6),
    of("commands_rejected_calls_total", "Calls rejected before they ran.", "rejected_calls"),
    of("commands_failed_calls_total", "Calls that failed.", "failed_calls"),
    percentileFamily(info, commands.own),
    errorFamily(info, memory),
  ];
}

function errorFamily(info: RedisInfo, memory: CommandMemory): Family {
  const errors = split(info, "errorstat_", "count", memory);
  return {
    name: "redis_errors_total",
    type: "counter",
    help: "Error replies by their kind.",
    labels: labelsFor(errors, "err"),
    values: valuesFor(errors, "errors_total", "count", 1, memory),
  };
}

/** Percentiles as Redis counts them since 7, in microseconds; the quantile is written as redis_exporter does: 50, not 0.5. */
function percentileFamily(info: RedisInfo, commands: readonly Entry[]): Family {
  const labels: Labels[] = [];
  const values: Value[] = [];
  for (const { name: cmd, stats } of commands) {
    const text = info[`latency_percentiles_usec_${cmd}`];
    if (text === undefined) continue;
    for (const [percentile, value] of Object.entries(pairsOf(text))) {
      labels.push(labelsOf({ cmd, quantile: percentile.slice(1) }));
      values.push(numberOf(value) ?? Number.NaN);
    }
    labels.push(suffixedLabels("_sum", { cmd }), suffixedLabels("_count", { cmd }));
    values.push(numberOf(stats["usec"]) ?? 0, numberOf(stats["calls"]) ?? 0);
  }
  return {
    name: "redis_latency_percentiles_usec",
    type: "summary",
    help: "Percentiles of the time that calls of the command took, in microseconds.",
    labels,
    values,
  };
}

/** Those that had series keep them; where there is room the most frequent join. */
function split(info: RedisInfo, prefix: string, key: string, memory: CommandMemory): Split {
  const all = Object.entries(info)
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, text]): Entry => ({ name: field.slice(prefix.length), stats: pairsOf(text) }));
  const last = memory.shown.get(prefix) ?? new Set<string>();
  const ranked = all.toSorted(
    (a, b) =>
      Number(last.has(b.name)) - Number(last.has(a.name)) ||
      (numberOf(b.stats[key]) ?? 0) - (numberOf(a.stats[key]) ?? 0),
  );
  const own = ranked.slice(0, most);
  memory.shown.set(prefix, new Set(own.map(({ name }) => name)));
  return { own, others: ranked.slice(most) };
}

function labelsFor({ own, others }: Split, label: string): Labels[] {
  const named = own.map(({ name }) => labelsOf({ [label]: name }));
  return others.length === 0 ? named : [...named, labelsOf({ [label]: "other" })];
}

function valuesFor(
  { own, others }: Split,
  name: string,
  key: string,
  factor: number,
  memory: CommandMemory,
): Value[] {
  const of = ({ stats }: Entry): number => numberOf(stats[key]) ?? 0;
  const values = own.map((entry) => of(entry) * factor);
  if (others.length === 0) return values;
  const sum = others.reduce((total, entry) => total + of(entry), 0);
  return [...values, keepRising(memory, name, sum) * factor];
}
