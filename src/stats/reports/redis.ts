import type { Redis } from "../../redis/connect.ts";
import { readInfo, readSlowLog } from "../../redis/info.ts";
import type { RedisInfo, SlowCommand } from "../../redis/info.ts";
import type { Report } from "../model.ts";
import { ratioOf, rounded } from "../numbers.ts";

/** One figure. The unit says how to read the value. */
export interface RedisRow {
  readonly area: "server" | "memory" | "keys" | "clients" | "commands" | "persistence" | "replication";
  readonly figure: string;
  /** Null where this server does not say it or where it has no bound. */
  readonly value: number | string | null;
  readonly unit: "count" | "bytes" | "ms" | "part" | "text";
  readonly isBad: boolean;
}

export interface RedisReport extends Report<RedisRow> {
  readonly place: string;
  readonly slowLog: readonly SlowCommand[];
}

/** What follows are words of Redis. */
export const noSlowLog = "The slow log is not available: ";

/** Memory, hits, evictions, clients, keyspace and the slow log: by INFO and SLOWLOG alone, whatever the number of keys. */
export async function readRedis(redis: Redis, slowest: number): Promise<RedisReport> {
  const info = await readInfo(redis);
  const slow = await readSlowLog(redis, slowest);
  const notes: string[] = [];
  if (typeof slow === "string") notes.push(`${noSlowLog}${slow}`);
  if (info["cluster_enabled"] === "1")
    notes.push("Redis runs in cluster mode: these are the figures of this node alone.");
  if (number(info, "maxmemory") === 0) {
    notes.push(
      "maxmemory is 0: Redis takes memory without a bound, and evicts nothing. CONFIG SET maxmemory <bytes>",
    );
  }
  const rows = figuresOf(info);
  const slowLog = typeof slow === "string" ? [] : slow.toSorted((a, b) => b.durationMs - a.durationMs);
  return {
    rows,
    notes,
    next: nextOf(rows),
    server: { version: info["redis_version"] ?? "unknown" },
    place: redis.place,
    slowLog,
  };
}

function number(info: RedisInfo, name: string): number | null {
  const value = info[name];
  return value === undefined || value === "" || Number.isNaN(Number(value)) ? null : Number(value);
}

/** What is shown of INFO, judged where a bound is known. */
export function figuresOf(info: RedisInfo): readonly RedisRow[] {
  const figure = (
    area: RedisRow["area"],
    name: string,
    value: RedisRow["value"],
    unit: RedisRow["unit"],
    isBad = false,
  ): RedisRow => ({
    area,
    figure: name,
    value,
    unit,
    isBad,
  });
  const read = (name: string): number | null => number(info, name);
  const maxMemory = read("maxmemory") === 0 ? null : read("maxmemory");
  const used = read("used_memory");
  const usedPart = maxMemory === null || used === null ? null : rounded(ratioOf(used, maxMemory), 4);
  const [hits, misses] = [read("keyspace_hits") ?? 0, read("keyspace_misses") ?? 0];
  const hitRatio = rounded(ratioOf(hits, hits + misses), 4);
  const [clients, maxClients] = [read("connected_clients"), read("maxclients")];
  const saturation =
    clients === null || maxClients === null ? null : rounded(ratioOf(clients, maxClients), 4);
  const fragmentation = read("mem_fragmentation_ratio");
  const uptime = read("uptime_in_seconds");
  return [
    figure("server", "role", info["role"] ?? null, "text"),
    figure("server", "mode", info["redis_mode"] ?? null, "text"),
    figure("server", "uptime", uptime === null ? null : uptime * 1000, "ms"),
    figure("memory", "used", used, "bytes"),
    figure("memory", "peak", read("used_memory_peak"), "bytes"),
    figure("memory", "resident", read("used_memory_rss"), "bytes"),
    figure("memory", "maxmemory", maxMemory, "bytes"),
    figure("memory", "part of maxmemory", usedPart, "part", (usedPart ?? 0) > 0.9),
    // Of a small memory the ratio says nothing.
    figure(
      "memory",
      "fragmentation",
      fragmentation,
      "count",
      (fragmentation ?? 0) > 1.5 && (used ?? 0) > 2 ** 28,
    ),
    figure("memory", "policy", info["maxmemory_policy"] ?? null, "text"),
    figure("keys", "hits", hits, "count"),
    figure("keys", "misses", misses, "count"),
    figure(
      "keys",
      "hit ratio",
      hitRatio,
      "part",
      hitRatio !== null && hitRatio < 0.8 && hits + misses > 100_000,
    ),
    figure(
      "keys",
      "evicted",
      read("evicted_keys"),
      "count",
      (read("evicted_keys") ?? 0) > 0 && info["maxmemory_policy"] !== "noeviction",
    ),
    figure("keys", "expired", read("expired_keys"), "count"),
    ...Object.entries(info)
      .filter(([name]) => /^db\d+$/.test(name))
      .flatMap(([name, value]) =>
        keyspace(name, value).map(([label, count]) => figure("keys", label, count, "count")),
      ),
    figure("clients", "connected", clients, "count"),
    figure("clients", "limit", maxClients, "count"),
    figure("clients", "part of limit", saturation, "part", (saturation ?? 0) > 0.8),
    figure("clients", "blocked", read("blocked_clients"), "count"),
    figure(
      "clients",
      "rejected",
      read("rejected_connections"),
      "count",
      (read("rejected_connections") ?? 0) > 0,
    ),
    figure("commands", "per second", read("instantaneous_ops_per_sec"), "count"),
    figure("commands", "processed", read("total_commands_processed"), "count"),
    figure(
      "persistence",
      "last save",
      info["rdb_last_bgsave_status"] ?? null,
      "text",
      info["rdb_last_bgsave_status"] === "err",
    ),
    figure("persistence", "changes since", read("rdb_changes_since_last_save"), "count"),
    figure(
      "persistence",
      "append only",
      info["aof_enabled"] === "1" ? "on" : "off",
      "text",
      info["aof_last_write_status"] === "err",
    ),
    figure("replication", "replicas", read("connected_slaves"), "count"),
    figure(
      "replication",
      "link",
      info["master_link_status"] ?? null,
      "text",
      info["master_link_status"] === "down",
    ),
  ].filter(({ area, value }) => value !== null || area === "memory");
}

/** `keys=12,expires=3,avg_ttl=0` of `db0`. */
function keyspace(name: string, value: string): readonly (readonly [label: string, count: number])[] {
  return value
    .split(",")
    .map((pair) => pair.split("="))
    .filter(([field]) => field === "keys" || field === "expires")
    .map(
      ([field, count]) => [`${name} ${field === "keys" ? "keys" : "with expiry"}`, Number(count)] as const,
    );
}

function nextOf(rows: readonly RedisRow[]): readonly string[] {
  const isBad = (figure: string): boolean => rows.some((row) => row.figure === figure && row.isBad);
  return [
    ...(isBad("part of maxmemory") || isBad("evicted")
      ? ["Raise maxmemory, or let keys expire sooner: what is evicted is lost."]
      : []),
    ...(isBad("rejected") || isBad("part of limit") ? ["redis-cli CLIENT LIST shows who is connected."] : []),
    ...(isBad("last save") ? ["redis-cli LASTSAVE; the server's log says why it cannot save."] : []),
  ];
}
