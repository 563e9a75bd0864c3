/** The exporters of one call of `metrics`: what is scraped, and what veza-db itself adds. */
import { existsSync } from "node:fs";
import { VezaError } from "../kernel/error.ts";
import type { Wishes } from "../metrics/model.ts";
import { readBackupsFrom } from "../metrics/own/backups.ts";
import { readMigrationsFrom } from "../metrics/own/migrations.ts";
import type { OwnReading } from "../metrics/own/model.ts";
import { readOutcomesFrom } from "../metrics/own/outcomes.ts";
import { readPartitionsFrom } from "../metrics/own/partitions.ts";
import { redisScraper } from "../metrics/redis/scrape.ts";
import { postgresScraper } from "../metrics/scrape.ts";
import type { Scraper, Tell } from "../metrics/scrape.ts";
import { readPolicyFolder } from "../partition/read-policies.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import { maskPasswords } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import { parseRedisUrl } from "../redis/connect.ts";
import type { RedisTarget } from "../redis/connect.ts";
import { printable } from "../ui/printable.ts";
import type { Context } from "./command.ts";
import { historyNames, openFolder } from "./migrations.ts";

export interface ExporterWishes {
  readonly redisUrl: string | undefined;
  /** Until it is stopped; else one scrape alone. */
  readonly isServing: boolean;
  readonly isAllDatabases: boolean;
  readonly isCompatible: boolean;
  /** Further servers that may be asked for by `/probe`. */
  readonly targets: readonly string[];
}

export interface Exporters {
  readonly postgres: Scraper | undefined;
  readonly redis: Scraper | undefined;
  /** By `host:port/database`, and `host:port` for Redis. */
  readonly probes: ReadonlyMap<string, Scraper>;
  readonly redisProbes: ReadonlyMap<string, Scraper>;
}

/** Makes them; nothing is connected to yet. */
export async function makeExporters(context: Context, wishes: ExporterWishes): Promise<Exporters> {
  const { values, env } = context.settings;
  const tell: Tell = (what, line) => {
    if (wishes.isServing) context.report.line(printable(maskPasswords(line)));
    // Of one scrape alone the target's failure is the call's.
    else if (what === "collector") context.warn(line);
  };
  const limits: Wishes = {
    maxTables: values.metricsMaxTables,
    statements: values.metricsStatements,
    isCompatible: wishes.isCompatible,
  };
  const forTarget = (target: Target, own: readonly OwnReading[]): Scraper =>
    postgresScraper({
      target,
      applicationName: "veza-db metrics",
      connectTimeoutMs: values.connectTimeout,
      wishes: limits,
      isAllDatabases: wishes.isAllDatabases,
      own,
      echo: undefined,
      tell,
    });
  const forRedis = (target: RedisTarget): Scraper =>
    redisScraper({ target, connectTimeoutMs: values.connectTimeout, tell });
  const main = await mainTarget(context, wishes.redisUrl !== undefined);
  const others = wishes.targets
    .filter((url) => !isRedisUrl(url))
    .map((url) => resolveTarget(url, "--target", env).target);
  const redisTarget = wishes.redisUrl === undefined ? undefined : parseRedisUrl(wishes.redisUrl);
  const redisOthers = wishes.targets.filter(isRedisUrl).map(parseRedisUrl);
  return {
    postgres: main === undefined ? undefined : forTarget(main, ownReadings(context)),
    redis: redisTarget === undefined ? undefined : forRedis(redisTarget),
    probes: new Map(others.map((target) => [nameOf(target), forTarget(target, [])])),
    redisProbes: new Map(redisOthers.map((target) => [nameOf(target), forRedis(target)])),
  };
}

/** With Redis alone no database need be named. */
async function mainTarget(context: Context, isOptional: boolean): Promise<Target | undefined> {
  try {
    return await context.target();
  } catch (error) {
    if (isOptional && error instanceof VezaError && error.code === "connection.not-named") return undefined;
    throw error;
  }
}

/** What veza-db itself knows of this project; what the project does not have is left out. */
function ownReadings(context: Context): OwnReading[] {
  const { values, projectDir } = context.settings;
  const readings: OwnReading[] = [readBackupsFrom(values.backupDir), readOutcomesFrom(values.stateDir)];
  if (existsSync(values.migrationsDir))
    readings.push(readMigrationsFrom(() => openFolder(context), historyNames(context)));
  if (existsSync(values.partitionsDir)) {
    readings.push(
      readPartitionsFrom(() =>
        readPolicyFolder(values.partitionsDir, projectDir).policies.filter(({ kind }) => kind === "range"),
      ),
    );
  }
  return readings;
}

function isRedisUrl(url: string): boolean {
  return /^rediss?:/.test(url);
}

/** How `/probe?target=` calls a target: `host:port/database`, or `host:port` of a Redis. */
function nameOf(target: {
  readonly host: string;
  readonly port: number;
  readonly database?: string;
}): string {
  const host = target.host.includes(":") ? `[${target.host}]` : target.host;
  return `${host}:${target.port}${target.database === undefined ? "" : `/${target.database}`}`;
}

/** The same of what somebody asked for: a url, with or without a password, is as good as the name. */
export function probeName(asked: string): string {
  try {
    if (isRedisUrl(asked)) return nameOf(parseRedisUrl(asked));
    if (/^postgres(ql)?:/.test(asked)) return nameOf(resolveTarget(asked, "target", {}).target);
  } catch (error) {
    if (!(error instanceof VezaError)) throw error;
  }
  return asked;
}
