import { labelsOf, mergeFamilies, single } from "../../kernel/exposition.ts";
import type { Family, Value } from "../../kernel/exposition.ts";
import type { RedisInfo } from "../../redis/info.ts";
import { counters, gauges, plainGauges } from "./names.ts";

/** Commands with series of their own, the most called first: a module may bring thousands. */
const mostCommands = 300;

/** INFO by redis_exporter's names. Pure. */
export function infoFamilies(info: RedisInfo, now: Date): Family[] {
  const families: Family[] = [];
  for (const [field, value] of Object.entries(info)) {
    const family = plainFamily(field, value);
    if (family !== undefined) families.push(family);
  }
  const uptime = numberOf(info["uptime_in_seconds"]);
  return mergeFamilies([
    ...families,
    ...(uptime === undefined
      ? []
      : [
          gauge(
            "start_time_seconds",
            "When Redis started, in seconds since 1970.",
            Math.floor(now.getTime() / 1000) - uptime,
          ),
        ]),
    ...configFamilies(info),
    instance(info),
    ...replicaFamilies(info),
    ...keyspaceFamilies(info),
    ...commandFamilies(info),
    ...errorFamilies(info),
  ]);
}

function gauge(name: string, help: string, value: Value): Family {
  return single(`redis_${name}`, "gauge", help, value);
}

const words: Readonly<Record<string, number>> = { ok: 1, true: 1, err: 0, fail: 0, false: 0 };

function plainFamily(field: string, text: string): Family | undefined {
  const value = words[text] ?? numberOf(text);
  if (value === undefined) return undefined;
  const help = `INFO field ${field}.`;
  if (field === "latest_fork_usec") return gauge("latest_fork_seconds", help, value / 1e6);
  const counter = counters[field];
  if (counter !== undefined) return single(`redis_${counter}`, "counter", help, value);
  const name = gauges[field] ?? (plainGauges.has(field) || field.startsWith("cluster_") ? field : undefined);
  return name === undefined ? undefined : gauge(name, help, value);
}

/** What redis_exporter asks of CONFIG, as far as INFO has it. */
function configFamilies(info: RedisInfo): Family[] {
  return ["maxclients", "maxmemory"].flatMap((field) => {
    const value = numberOf(info[field]);
    return value === undefined ? [] : [gauge(`config_${field}`, `Setting ${field}.`, value)];
  });
}

function instance(info: RedisInfo): Family {
  const names = [
    "role",
    "redis_version",
    "redis_build_id",
    "redis_mode",
    "os",
    "maxmemory_policy",
    "tcp_port",
    "run_id",
    "process_id",
    "master_replid",
  ];
  return {
    name: "redis_instance_info",
    type: "gauge",
    help: "1 with what the instance is as labels.",
    labels: [labelsOf(Object.fromEntries(names.map((name) => [name, info[name] ?? ""])))],
    values: [1],
  };
}

function replicaFamilies(info: RedisInfo): Family[] {
  const families: Family[] = [];
  const master = { master_host: info["master_host"] ?? "", master_port: info["master_port"] ?? "" };
  if (info["role"] === "slave") {
    const of = (name: string, help: string, value: number | undefined): Family[] =>
      value === undefined
        ? []
        : [{ name: `redis_${name}`, type: "gauge", help, labels: [labelsOf(master)], values: [value] }];
    families.push(
      {
        name: "redis_slave_info",
        type: "gauge",
        help: "1 with the master of this replica as labels.",
        labels: [labelsOf({ ...master, read_only: info["slave_read_only"] ?? "" })],
        values: [1],
      },
      ...of(
        "master_link_up",
        "1 where the link to the master is up.",
        info["master_link_status"] === "up" ? 1 : 0,
      ),
      ...of(
        "master_last_io_seconds_ago",
        "Seconds since the master last said something.",
        numberOf(info["master_last_io_seconds_ago"]),
      ),
      ...of(
        "master_sync_in_progress",
        "1 while a sync is under way.",
        numberOf(info["master_sync_in_progress"]),
      ),
    );
  }
  for (const [field, text] of Object.entries(info)) {
    if (!/^slave\d+$/.test(field)) continue;
    const { ip = "", port = "", state = "", offset, lag } = pairsOf(text);
    const labels = [labelsOf({ slave_ip: ip, slave_port: port, slave_state: state })];
    const add = (name: string, help: string, value: number | undefined): void => {
      if (value !== undefined)
        families.push({ name: `redis_${name}`, type: "gauge", help, labels, values: [value] });
    };
    add("connected_slave_offset_bytes", "Offset of the replica.", numberOf(offset));
    add("connected_slave_lag_seconds", "Lag of the replica.", numberOf(lag));
  }
  return families;
}

function keyspaceFamilies(info: RedisInfo): Family[] {
  // An empty database is not named. How many there may be only CONFIG says; the first one is always there.
  const databases = Object.entries({ db0: "keys=0,expires=0,avg_ttl=0", ...info }).filter(([field]) =>
    /^db\d+$/.test(field),
  );
  const labels = databases.map(([db]) => labelsOf({ db }));
  const of = (name: string, help: string, key: string, factor = 1): Family => ({
    name: `redis_${name}`,
    type: "gauge",
    help,
    labels,
    values: databases.map(([, text]) => (numberOf(pairsOf(text)[key]) ?? 0) * factor),
  });
  return [
    of("db_keys", "Keys of the database.", "keys"),
    of("db_keys_expiring", "Keys that will expire.", "expires"),
    of("db_avg_ttl_seconds", "Average time until they do.", "avg_ttl", 0.001),
  ];
}

function commandFamilies(info: RedisInfo): Family[] {
  const all = Object.entries(info)
    .filter(([field]) => field.startsWith("cmdstat_"))
    .map(([field, text]) => ({ cmd: field.slice("cmdstat_".length), stats: pairsOf(text) }))
    .toSorted((a, b) => (numberOf(b.stats["calls"]) ?? 0) - (numberOf(a.stats["calls"]) ?? 0))
    .slice(0, mostCommands);
  const labels = all.map(({ cmd }) => labelsOf({ cmd }));
  const of = (name: string, help: string, key: string, factor = 1): Family => ({
    name: `redis_${name}`,
    type: "counter",
    help,
    labels,
    values: all.map(({ stats }) => (numberOf(stats[key]) ?? 0) * factor),
  });
  return [
    of("commands_total", "Calls of the command.", "calls"),
    of("commands_duration_seconds_total", "Time spent in the command.", "usec", 1e-6),
    of("commands_rejected_calls_total", "Calls rejected before they ran.", "rejected_calls"),
    of("commands_failed_calls_total", "Calls that failed.", "failed_calls"),
  ];
}

function errorFamilies(info: RedisInfo): Family[] {
  const errors = Object.entries(info).filter(([field]) => field.startsWith("errorstat_"));
  return [
    {
      name: "redis_errors_total",
      type: "counter",
      help: "Error replies by their kind.",
      labels: errors.map(([field]) => labelsOf({ err: field.slice("errorstat_".length) })),
      values: errors.map(([, text]) => numberOf(pairsOf(text)["count"]) ?? 0),
    },
  ];
}

/** `keys=1,expires=0` */
function pairsOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(",").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)] as const;
    }),
  );
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return undefined;
  return Number(text);
}
