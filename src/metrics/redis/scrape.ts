import { messageOf } from "../../kernel/error.ts";
import { labelsOf, single } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { connectRedis } from "../../redis/connect.ts";
import type { Redis, RedisTarget } from "../../redis/connect.ts";
import { readInfo, readSlowLog } from "../../redis/info.ts";
import { RedisRefusal } from "../../redis/protocol.ts";
import { tellChanges } from "../scrape.ts";
import type { Scrape, Scraper, Tell } from "../scrape.ts";
import type { CommandMemory } from "./command-families.ts";
import { infoFamilies } from "./info-families.ts";

export interface RedisScraperOptions {
  readonly target: RedisTarget;
  readonly connectTimeoutMs: number;
  readonly tell: Tell;
}

/** Asks a Redis by INFO, SLOWLOG and two settings, whatever the number of keys, over one connection a scrape. */
export function redisScraper({ target, connectTimeoutMs, tell }: RedisScraperOptions): Scraper {
  const told = tellChanges((line) => tell("target", line));
  const memory: CommandMemory = { remainders: new Map(), shown: new Map() };
  let scrapes = 0;

  const read = async (deadlineMs: number): Promise<Family[]> => {
    const startedAt = performance.now();
    await using redis = await connectRedis(target, Math.min(connectTimeoutMs, deadlineMs));
    const connected = (performance.now() - startedAt) / 1000;
    const info = await readInfo(redis, "all");
    const config = {
      databases: await readSetting(redis, "databases"),
      ioThreads: await readSetting(redis, "io-threads"),
    };
    return [
      ...infoFamilies(info, config, new Date(), memory),
      ...(await slowLogFamilies(redis)),
      single(
        "redis_exporter_last_scrape_connect_time_seconds",
        "gauge",
        "How long connecting took.",
        connected,
      ),
    ];
  };

  const scrape = async (deadlineMs: number): Promise<Scrape> => {
    const startedAt = performance.now();
    let families: Family[] = [];
    let failure: unknown;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error("Redis did not answer in time")), deadlineMs);
    });
    try {
      families = await Promise.race([read(deadlineMs), late]);
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(timer);
    }
    const reason = failure === undefined ? undefined : messageOf(failure);
    told(`Redis at ${target.host}:${target.port}`, reason);
    scrapes++;
    const said: Family[] = [
      single("redis_up", "gauge", "1 where the last scrape could ask Redis.", failure === undefined ? 1 : 0),
      ...families,
      single(
        "redis_exporter_last_scrape_duration_seconds",
        "gauge",
        "How long the last scrape took.",
        (performance.now() - startedAt) / 1000,
      ),
      {
        name: "redis_exporter_last_scrape_error",
        type: "gauge",
        help: "1 where the last scrape failed, with what it said.",
        labels: [labelsOf({ err: reason ?? "" })],
        values: [failure === undefined ? 0 : 1],
      },
      single("redis_exporter_scrapes_total", "counter", "Scrapes of Redis.", scrapes),
    ];
    return { families: said, failure };
  };
  return { scrape, close: async () => {} };
}

/** Undefined where it is no number, or where the user may not ask: managed servers allow no CONFIG. */
async function readSetting(redis: Redis, name: string): Promise<number | undefined> {
  try {
    const reply = await redis.ask("CONFIG", "GET", name);
    const value = Array.isArray(reply) ? Number(reply[1]) : Number.NaN;
    return Number.isInteger(value) ? value : undefined;
  } catch (error) {
    if (error instanceof RedisRefusal) return undefined;
    throw error;
  }
}

/** Left out where the user may not read it. */
async function slowLogFamilies(redis: Redis): Promise<Family[]> {
  try {
    const length = Number(await redis.ask("SLOWLOG", "LEN"));
    const last = await readSlowLog(redis, 1);
    if (typeof last === "string") return [];
    return [
      single("redis_slowlog_length", "gauge", "Entries of the slow log.", length),
      single("redis_slowlog_last_id", "gauge", "Id of its last entry.", last[0]?.id ?? 0),
      single(
        "redis_last_slow_execution_duration_seconds",
        "gauge",
        "How long the last slow command took.",
        (last[0]?.durationMs ?? 0) / 1000,
      ),
    ];
  } catch (error) {
    if (error instanceof RedisRefusal) return [];
    throw error;
  }
}
