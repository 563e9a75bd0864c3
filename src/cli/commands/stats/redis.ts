import { usageError } from "../../../kernel/error.ts";
import { connectRedis, parseRedisUrl } from "../../../redis/connect.ts";
import type { SlowCommand } from "../../../redis/info.ts";
import { readRedis } from "../../../stats/reports/redis.ts";
import type { RedisReport, RedisRow } from "../../../stats/reports/redis.ts";
import { rates } from "../../../stats/rates.ts";
import type { Counting } from "../../../stats/rates.ts";
import { heading, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { withDefault } from "./shared/define-report.ts";
import { figureColumns } from "./shared/figures.ts";
import { watch } from "./shared/watch.ts";

const slowColumns: readonly ReportColumn<SlowCommand>[] = [
  { name: "took", field: "durationMs", unit: "ms" },
  { name: "at", field: "at", unit: "time" },
  { name: "command", field: "command", unit: "query" },
  { name: "client", field: "client", unit: "text", isOptional: true },
];

const counting: Counting<RedisRow> = { keyOf: ({ area, figure }) => `${area}/${figure}`, fields: ["value"] };

export const command = defineCommand({
  description:
    "Shows memory, hits, evictions, clients, keyspace and the slow log of Redis, by INFO and SLOWLOG alone. Reads only.",
  settingFlags: ["redisUrl"],
  flags: {
    limit: withDefault(flag.integer("--limit <n>", "show at most so many slow commands", 1), 10),
    watch: flag.duration("--watch <duration>", "show it again and again, until Ctrl-C"),
    times: flag.integer("--times <n>", "end --watch after so many times", 1),
  },
  examples: [
    { command: "veza-db stats redis", summary: "the Redis that the settings name" },
    {
      command: "veza-db stats redis --redis-url redis://127.0.0.1:6379 --json",
      summary: "another one, for a program",
    },
  ],
  exits: [3, 130],
  async run(context) {
    const { redisUrl, connectTimeout } = context.settings.values;
    if (redisUrl === undefined) {
      throw usageError(
        "redis.not-named",
        "No Redis is named.",
        "Name it with --redis-url, VEZA_DB_REDIS_URL or REDIS_URL: redis://host:6379.",
      );
    }
    await using redis = await connectRedis(parseRedisUrl(redisUrl), connectTimeout);
    const { limit, watch: intervalMs, times } = context.flags;
    if (intervalMs === undefined) return { data: await readRedis(redis, limit) };
    return await watch<RedisReport>(context, { intervalMs, times, view: redisView }, async (before) =>
      rates(counting, before, await readRedis(redis, limit), intervalMs),
    );
  },
  view: redisView,
});

function redisView(report: RedisReport): readonly Block[] {
  const { rows, slowLog, place, server } = report;
  return [
    text(`Redis ${server.version} at ${place}`),
    text(""),
    reportTable(figureColumns<RedisRow>(), rows),
    heading("Slow commands"),
    ...(slowLog.length === 0 ? [text("None.")] : [reportTable(slowColumns, slowLog)]),
    ...closing(report),
  ];
}
