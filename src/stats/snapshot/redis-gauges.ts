import type { RedisInfo } from "../../redis/info.ts";
import { numberOf } from "../numbers.ts";

const fields: Readonly<Record<string, string>> = {
  "redis.usedBytes": "used_memory",
  "redis.maxBytes": "maxmemory",
  "redis.hits": "keyspace_hits",
  "redis.misses": "keyspace_misses",
  "redis.evicted": "evicted_keys",
  "redis.clients": "connected_clients",
  "redis.uptimeSeconds": "uptime_in_seconds",
};

/** The figures of Redis that are worth keeping over time; what it does not say is left out. */
export function redisGauges(info: RedisInfo): Readonly<Record<string, number>> {
  const gauges: Record<string, number> = {};
  for (const [gauge, field] of Object.entries(fields)) {
    const value = numberOf(info[field]);
    if (value !== undefined) gauges[gauge] = value;
  }
  return gauges;
}
