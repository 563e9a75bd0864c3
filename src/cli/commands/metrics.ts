import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { renderExposition } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { isLoopback, parseListen } from "../../metrics/http/listen-address.ts";
import { routesOf } from "../../metrics/http/routes.ts";
import { startServer } from "../../metrics/http/server.ts";
import type { MetricsServer } from "../../metrics/http/server.ts";
import { openWebAccess } from "../../metrics/http/web-access.ts";
import type { WebAccess } from "../../metrics/http/web-access.ts";
import { tellChanges } from "../../metrics/scrape.ts";
import type { Scraper } from "../../metrics/scrape.ts";
import { sharedPage } from "../../metrics/shared.ts";
import { VezaError, usageError } from "../../kernel/error.ts";
import { maskPasswords } from "../../postgres/target.ts";
import { printable } from "../../ui/printable.ts";
import { pairs } from "../../ui/view.ts";
import { defineCommand } from "../command.ts";
import type { Context, Result } from "../command.ts";
import { makeExporters, probeName } from "../exporters.ts";
import type { Exporters } from "../exporters.ts";
import { flag } from "../flags.ts";
import { writeResult } from "../outcome.ts";

interface MetricsData {
  readonly mode: "once" | "textfile" | "served";
  /** Of `once` and `textfile`. */
  readonly families: readonly Family[];
  readonly series: number;
  /** Where it was served; or the file. */
  readonly places: readonly string[];
}

const flags = {
  redis: flag.text("--redis <url>", "serve this Redis too: redis://user:password@host:6379 (or redis.url)"),
  allDatabases: flag.switch("--all-databases", "the tables of every database of the server"),
  target: flag.texts("--target <dsn>", "a further server that /probe?target= may ask for; several times"),
  compat: flag.switch("--compat", "older names too, and what newer servers count elsewhere"),
  once: flag.switch("--once", "print one scrape, and end"),
  textfile: flag.text(
    "--textfile <path>",
    "write one scrape for node_exporter's textfile collector, and end",
  ),
};

export const command = defineCommand({
  description:
    "Listens on loopback until it is stopped. The names are those of postgres_exporter and redis_exporter, so that dashboards and alerts made for them work. Reads only.",
  flags,
  settingFlags: [
    "metricsListen",
    "metricsRedisListen",
    "metricsWebConfig",
    "metricsDeadline",
    "metricsMaxTables",
    "metricsStatements",
  ],
  examples: [
    { command: "veza-db metrics", summary: "PostgreSQL on http://127.0.0.1:9187/metrics" },
    {
      command: "veza-db metrics --redis redis://127.0.0.1:6379 --all-databases",
      summary: "Redis too, on port 9121, and the tables of every database",
    },
    { command: "veza-db metrics --once | promtool check metrics", summary: "one scrape on stdout" },
    {
      command: "veza-db metrics --textfile /var/lib/prometheus/node-exporter/veza.prom",
      summary: "for cron, without a server of its own",
    },
  ],
  exits: [3, 130],
  async run(context): Promise<Result<MetricsData>> {
    const { once, textfile, redis, allDatabases, target, compat } = context.flags;
    if (once && textfile !== undefined)
      throw usageError(
        "cli.bad-value",
        "--once and --textfile are two places for one scrape.",
        "Leave one of them out.",
      );
    requireDeadline(context.settings.values.metricsDeadline);
    const exporters = await makeExporters(context, {
      redisUrl: redis ?? context.settings.values.redisUrl,
      isServing: !once && textfile === undefined,
      isAllDatabases: allDatabases,
      isCompatible: compat,
      targets: target,
    });
    try {
      if (once) return { data: await scrapeOnce(context, exporters) };
      if (textfile !== undefined) return await writeTextfile(context, exporters, textfile);
      return await serve(context, exporters);
    } finally {
      const all = [exporters.postgres, exporters.redis, ...exporters.probes.values()];
      await Promise.all(all.map(async (scraper) => scraper?.close()));
    }
  },
  forms: { human: humanText },
  view: ({ mode, series, places }) => [
    pairs([
      ["mode", mode],
      ["series", String(series)],
      ["places", places.join(" ")],
    ]),
  ],
});

/** A scrape without a deadline could hold up all others for ever; a timer knows no more than 24 days. */
function requireDeadline(deadlineMs: number): void {
  if (deadlineMs >= 100 && deadlineMs <= 600_000) return;
  throw usageError(
    "cli.bad-value",
    `A scrape may take from 100 ms to 10 min: --deadline is ${deadlineMs} ms.`,
    "veza-db metrics --deadline 9s",
  );
}

function humanText({ mode, families, series, places }: MetricsData): string {
  if (mode === "once") return renderExposition(families);
  if (mode === "served") return "";
  return `${series} series are in ${places.join(", ")}.\n`;
}

async function scrapeAll(
  { settings }: Context,
  { postgres, redis }: Exporters,
): Promise<{ families: Family[]; failure: unknown }> {
  const scrapers = [postgres, redis].filter((scraper) => scraper !== undefined);
  const scrapes = await Promise.all(
    scrapers.map((scraper) => scraper.scrape(settings.values.metricsDeadline)),
  );
  return {
    families: scrapes.flatMap(({ families }) => families),
    failure: scrapes.find(({ failure }) => failure !== undefined)?.failure,
  };
}

async function scrapeOnce(context: Context, exporters: Exporters): Promise<MetricsData> {
  const { families, failure } = await scrapeAll(context, exporters);
  if (failure !== undefined) throw failure;
  return { mode: "once", families, series: countSeries(families), places: [] };
}

/** The file is written whatever is wrong: it says so itself, and old figures would not. */
async function writeTextfile(
  context: Context,
  exporters: Exporters,
  path: string,
): Promise<Result<MetricsData>> {
  const file = resolve(context.cwd, path);
  // A folder of our making is none that node_exporter reads: the figures would be missing and nobody told.
  if (!existsSync(dirname(file))) {
    throw new VezaError({
      code: "cli.cannot-write",
      ending: "environment",
      message: `There is no folder ${dirname(file)} to write the metrics to.`,
      hint: `ls -ld ${dirname(dirname(file))}`,
    });
  }
  const { families, failure } = await scrapeAll(context, exporters);
  writeResult(file, renderExposition(families), "--textfile");
  if (failure !== undefined) throw failure;
  return {
    data: { mode: "textfile", families: [], series: countSeries(families), places: [path] },
    // For cron, which mails whatever is printed.
    isShown: context.isHuman,
  };
}

function countSeries(families: readonly Family[]): number {
  return families.reduce((sum, { values }) => sum + values.length, 0);
}

async function serve(context: Context, exporters: Exporters): Promise<Result<MetricsData>> {
  const { values } = context.settings;
  const access = values.metricsWebConfig === undefined ? undefined : openWebAccess(values.metricsWebConfig);
  const servers: MetricsServer[] = [];
  const tell = tellChanges((line) => context.report.line(printable(maskPasswords(line))));
  const start = async (
    listen: string,
    title: string,
    scraper: Scraper,
    probes: ReadonlyMap<string, Scraper>,
  ): Promise<void> => {
    const address = parseListen(listen);
    const routes = routesOf({
      title,
      page: sharedPage(scraper.scrape),
      probes: new Map([...probes].map(([name, one]) => [name, sharedPage(one.scrape)])),
      probeName,
      deadlineMs: values.metricsDeadline,
    });
    const server = await startServer(address, routes, access, tell);
    servers.push(server);
    const danger = isLoopback(address) ? undefined : dangerOf(access);
    if (danger !== undefined) context.warn(`${listen} ${danger}`);
    context.report.line(`${title} on ${server.url}/metrics`);
  };
  const { postgres, redis, probes, redisProbes } = exporters;
  const ending = ended(context.signal);
  try {
    if (postgres !== undefined) await start(values.metricsListen, "PostgreSQL", postgres, probes);
    if (redis !== undefined) await start(values.metricsRedisListen, "Redis", redis, redisProbes);
    await ending;
  } finally {
    await Promise.all(servers.map((server) => server.drain(values.metricsDeadline + 2000)));
  }
  return { data: { mode: "served", families: [], series: 0, places: servers.map(({ url }) => url) } };
}

/** What is to be said of an address that others can reach. */
function dangerOf(access: WebAccess | undefined): string | undefined {
  if (access?.isGuarded !== true)
    return "is open to everybody who can reach it: give --web-config with users and TLS.";
  return access.hasUsers && access.tls === undefined
    ? "asks for passwords without TLS, so that everybody on the way can read them: give --web-config with tls_server_config too."
    : undefined;
}

/** SIGINT and SIGTERM are the ordinary end of a server. */
async function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
