import { labelsOf, mergeFamilies, single } from "../../kernel/exposition.ts";
import type { Family, Value } from "../../kernel/exposition.ts";
import type { RedisInfo } from "../../redis/info.ts";
import { commandFamilies } from "./command-families.ts";
import type { CommandMemory } from "./command-families.ts";
import { numberOf, pairsOf } from "./fields.ts";
import { counters, gauges, plainGauges } from "./names.ts";

/** What is asked of CONFIG, as far as the user may: the number of databases, and what INFO does not say. */
export interface RedisConfig {
  readonly databases: number | undefined;
  readonly ioThreads: number | undefined;
}

/** INFO by redis_exporter's names. */
export function infoFamilies(
  info: RedisInfo,
  config: RedisConfig,
  now: Date,
  memory: CommandMemory,
): Family[] {
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
    ...configFamilies(info, config),
    instance(info),
    ...replicaFamilies(info),
    ...keyspaceFamilies(info, config),
    ...commandFamilies(info, memory),
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

/** What redis_exporter asks of CONFIG; INFO has most of it. */
function configFamilies(info: RedisInfo, { ioThreads }: RedisConfig): Family[] {
  const settings = [
    ["maxclients", numberOf(info["maxclients"])],
    ["maxmemory", numberOf(info["maxmemory"])],
    ["io_threads", ioThreads],
  ] as const;
  return settings.flatMap(([name, value]) =>
    value === undefined ? [] : [gauge(`config_${name}`, `Setting ${name.replaceAll("_", "-")}.`, value)],
  );
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

/** More databases than that are named only where they have keys. */
const mostEmpty = 256;

function keyspaceFamilies(info: RedisInfo, config: RedisConfig): Family[] {
  // An empty database is not named. How many there may be only CONFIG says; the first one is always there.
  const empty = Object.fromEntries(
    Array.from({ length: Math.min(config.databases ?? 1, mostEmpty) }, (_, index) => [`db${index}`, ""]),
  );
  const databases = Object.entries({ ...empty, ...info }).filter(([field]) => /^db\d+$/.test(field));
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
