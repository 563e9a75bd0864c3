import { join, resolve } from "node:path";
import { messageOf } from "../../../kernel/error.ts";
import { cancellable } from "../../../postgres/cancel.ts";
import { connectRedis, parseRedisUrl } from "../../../redis/connect.ts";
import { readInfo } from "../../../redis/info.ts";
import { pruneSnapshots, snapshotName } from "../../../stats/snapshot/folder.ts";
import { redisGauges } from "../../../stats/snapshot/redis-gauges.ts";
import { takeSnapshot } from "../../../stats/snapshot/take.ts";
import { text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";
import { writeResult } from "../../outcome.ts";
import { projectGauges } from "../../project-gauges.ts";
import { closing } from "./shared/blocks.ts";

export const command = defineCommand({
  description: [
    "Writes what the server has counted to a file, to be compared with a later one. Nothing is reset on the server. Run from",
    "cron, it feeds the plots of `report`; the figures of the Redis that the settings name are kept too, and so are the age of",
    "the backups and how long the partitions will do.",
  ].join("\n"),
  flags: { to: flag.text("--to <path>", "write here instead of .veza/snapshots/<time>.json") },
  settingFlags: ["snapshotsKeep", "redisUrl"],
  examples: [
    { command: "veza-db stats snapshot", summary: "before a change" },
    { command: "veza-db stats snapshot --to monday.json", summary: "to a place of your own" },
    { command: "veza-db stats snapshot -q --keep 60d", summary: "every 10 minutes, from cron" },
  ],
  exits: [3, 5, 130],
  isDeed: true,
  async run(context) {
    await using db = await context.connect();
    const taken = await cancellable(db, context.signal, async () => takeSnapshot(db));
    const project = await projectGauges(context, db, taken.database);
    const snapshot = {
      ...taken,
      gauges: { ...taken.gauges, ...(await ofRedis(context)), ...project.gauges },
      notes: [...taken.notes, ...project.notes],
    };
    const { to } = context.flags;
    const { stateDir, snapshotsKeep } = context.settings.values;
    const folder = join(stateDir, "snapshots");
    const name = snapshotName(snapshot.takenAt);
    const path = to === undefined ? join(folder, name) : resolve(context.cwd, to);
    writeResult(path, `${JSON.stringify(snapshot)}\n`, "--to");
    return {
      data: {
        path,
        takenAt: snapshot.takenAt,
        database: snapshot.database,
        server: snapshot.server,
        statements: snapshot.statements?.entries.length ?? null,
        tables: snapshot.tables.length,
        pruned: to === undefined ? pruneSnapshots(folder, snapshotsKeep, Date.now()) : [],
        notes: snapshot.notes,
        next: [again(context, "stats", "slow-queries", "--since", to === undefined ? name : to)],
      },
    };
  },
  view: (data) => [
    text(
      `${data.path}: ${data.statements === null ? "no statements" : count(data.statements, "statement")} and ${count(data.tables, "table")}.`,
      "good",
    ),
    ...(data.pruned.length === 0 ? [] : [text(`${count(data.pruned.length, "older snapshot")} deleted.`)]),
    ...closing(data),
  ],
});

/** What Redis says of itself; a Redis that does not answer costs no snapshot of PostgreSQL. */
async function ofRedis({
  settings,
  warn,
}: Pick<Context, "settings" | "warn">): Promise<Readonly<Record<string, number>>> {
  const { redisUrl, connectTimeout } = settings.values;
  if (redisUrl === undefined) return {};
  try {
    await using redis = await connectRedis(parseRedisUrl(redisUrl), connectTimeout);
    return redisGauges(await readInfo(redis));
  } catch (error) {
    warn(`Redis is not in this snapshot: ${messageOf(error)}`);
    return {};
  }
}
