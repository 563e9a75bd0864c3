import { extname, join } from "node:path";
import { VezaError, usageError } from "../../kernel/error.ts";
import { cancellable } from "../../postgres/cancel.ts";
import { pairPeriods } from "../../report/compare/compare.ts";
import { judgeComparison } from "../../report/compare/judge.ts";
import type { ComparisonData } from "../../report/compare/model.ts";
import { readPeriod } from "../../report/compare/read-periods.ts";
import { redactComparison } from "../../report/compare/redact.ts";
import { gatherReport } from "../../report/gather.ts";
import type { ReportData } from "../../report/model.ts";
import { readAssets } from "../../report/page/assets.ts";
import { renderComparison } from "../../report/page/compare-page.ts";
import { renderFailure } from "../../report/page/failure-page.ts";
import { fitPage } from "../../report/page/fit.ts";
import { extendPast } from "../../report/read-past.ts";
import type { Past } from "../../report/read-past.ts";
import { redactReport } from "../../report/redact/redact.ts";
import { serveReport } from "../../report/serve.ts";
import { judgeReport } from "../../report/verdicts.ts";
import type { Bounds } from "../../report/verdicts.ts";
import type { SettingsValues } from "../../settings/table.ts";
import { renderMarkdown } from "../../ui/markdown.ts";
import { defineCommand } from "../command.ts";
import type { Context, Result } from "../command.ts";
import { flag } from "../flags.ts";
import { readSurroundings } from "../report-surroundings.ts";
import { humanBlocks, markdownBlocks } from "../report-view.ts";

type Data = ReportData | ComparisonData;

const day = 86_400_000;
const leastEveryMs = 1000;

const forms: Readonly<Record<string, string>> = { ".md": "markdown", ".json": "json", ".csv": "csv" };

const flags = {
  last: {
    ...flag.duration("--last <duration>", "show what happened so long ago and since"),
    shownDefault: "7d",
  },
  plans: { ...flag.integer("--plans <n>", "show the plans of so many queries", 0), shownDefault: "10" },
  redact: flag.switch("--redact", "leave literals and names out, to share the page"),
  compare: flag.switch("--compare", "set two periods of snapshots side by side; asks no server"),
  serve: flag.switch("--serve", "show the page on 127.0.0.1 and make it anew while somebody looks"),
  every: { ...flag.duration("--every <duration>", "with --serve: how often"), shownDefault: "10s" },
  port: flag.integer("--port <n>", "with --serve: the port (one that is free)", 0),
};

export const command = defineCommand({
  description: [
    "Verdicts first, the worst on top, each with its evidence and what mends it; then plots and the tables behind them. The page",
    "is one file that needs nothing else. What happened over time comes from `stats snapshot`. Reads only.",
    "A period is <snapshot>..<snapshot>, a day as 2026-11-23, or one snapshot, for the time since the one before it.",
  ].join("\n"),
  args: [
    { name: "[before]", summary: "with --compare: the earlier period" },
    { name: "[after]", summary: "with --compare: the later one" },
  ],
  flags,
  settingFlags: ["redisUrl"],
  examples: [
    { command: "veza-db report --file weekly.html", summary: "the page, for everybody" },
    { command: "veza-db report --last 30d --redact --file customer.html", summary: "a month, without names" },
    { command: "veza-db report --compare 2026-11-16 2026-11-23 --file weeks.html", summary: "two Mondays" },
    { command: "veza-db report --serve --every 10s", summary: "during an incident" },
  ],
  exits: [3, 130],
  forms: {
    html: (data: Data) =>
      data.kind === "report" ? fitPage(data, readAssets()) : renderComparison(data, readAssets()),
    markdown: (data: Data) => renderMarkdown(markdownBlocks(data)),
  },
  fileForm: (path) => forms[extname(path).toLowerCase()] ?? "html",
  async run(context): Promise<Result<Data>> {
    refuseContradictions(context);
    if (context.flags.compare) return { data: compare(context) };
    if (context.flags.serve) return serve(context);
    const { data } = await read(context);
    if (data.isPartial) context.warn("The server went away: the report holds what had been read by then.");
    return { data, exitCode: data.isPartial ? 3 : 0 };
  },
  view: humanBlocks,
});

type ReportContext = Context<typeof flags>;

function refuseContradictions({
  flags: { compare: isCompare, serve: isServe, every, port },
  args,
}: ReportContext): void {
  const words = args.filter((word) => word !== undefined);
  if (isCompare && words.length !== 2)
    throw usageError(
      "report.two-periods",
      "--compare takes two periods.",
      "veza-db report --compare 2026-11-16 2026-11-23 --file weeks.html",
    );
  if (!isCompare && words.length > 0)
    throw usageError(
      "report.two-periods",
      "Periods are named with --compare.",
      `veza-db report --compare ${words.join(" ")}`,
    );
  if (isCompare && isServe)
    throw usageError(
      "cli.two-modes",
      "--compare and --serve contradict each other.",
      "Leave one of them out.",
    );
  if (!isServe && (every !== undefined || port !== undefined))
    throw usageError(
      "cli.flag-without",
      "--every and --port go with --serve.",
      "veza-db report --serve --every 10s",
    );
  if (every !== undefined && every < leastEveryMs)
    throw usageError("cli.bad-value", "--every takes 1s or more.", "veza-db report --serve --every 10s");
}

function compare({
  args: [first = "", second = ""],
  flags: { redact },
  settings,
  cwd,
}: ReportContext): ComparisonData {
  const folder = join(settings.values.stateDir, "snapshots");
  const pair = pairPeriods(readPeriod(first, cwd, folder), readPeriod(second, cwd, folder));
  return judgeComparison(redact ? redactComparison(pair) : pair, boundsOf(settings.values).slower);
}

/** One reading; `past` is that of the reading before, which then has grown by its moment. */
async function read(
  context: ReportContext,
  past?: Past,
): Promise<{ readonly data: ReportData; readonly past: Past }> {
  const { last = 7 * day, plans = 10, redact } = context.flags;
  await using db = await context.connect();
  const wish = { sinceMs: Date.now() - last, database: db.target.database, plans, past };
  const around = await readSurroundings(context, wish);
  const gathered = await cancellable(db, context.signal, async () =>
    gatherReport(db, around, context.signal),
  );
  const { read: facts, overview } = redact ? redactReport(gathered) : gathered;
  // To others the command lines say nothing of where this one was aimed.
  const again = redact ? (...words: readonly string[]) => ["veza-db", ...words].join(" ") : around.again;
  return {
    data: { ...facts, ...judgeReport(facts, overview, boundsOf(context.settings.values), again) },
    past: extendPast(around.past, gathered.now),
  };
}

function boundsOf(values: SettingsValues): Bounds {
  return {
    backupWarnMs: values.reportBackupWarn,
    backupCritMs: values.reportBackupCrit,
    proofWarnMs: values.reportProofWarn,
    runwayCritMs: values.reportRunwayCrit,
    slower: {
      times: values.reportSlowerTimes,
      share: values.reportSlowerShare / 100,
      calls: values.reportSlowerCalls,
      meanMs: values.reportSlowerMean,
    },
    indexWasteBytes: values.reportIndexWaste,
  };
}

async function serve(context: ReportContext): Promise<Result<Data>> {
  const { every = 10_000, port = 0 } = context.flags;
  let current = await read(context);
  let isFirst = true;
  await serveReport({
    port,
    everyMs: every,
    signal: context.signal,
    read: async () => {
      try {
        if (!isFirst) current = await read(context, current.past);
        isFirst = false;
        return fitPage(current.data, readAssets(true));
      } catch (error) {
        if (!(error instanceof VezaError) || context.signal.aborted) throw error;
        return renderFailure(error, readAssets(true));
      }
    },
    listening: (url) => context.report.line(`The page is on ${url} until Ctrl-C.`),
  });
  return { data: current.data, isShown: true };
}
