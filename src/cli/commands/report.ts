import { extname } from "node:path";
import { cancellable } from "../../postgres/cancel.ts";
import { gatherReport } from "../../report/gather.ts";
import type { ReportData } from "../../report/model.ts";
import { readAssets } from "../../report/page/assets.ts";
import { renderPage } from "../../report/page/page.ts";
import { defineCommand } from "../command.ts";
import { flag } from "../flags.ts";
import { readSurroundings } from "../report-surroundings.ts";
import { humanBlocks, markdownBlocks } from "../report-view.ts";
import { renderMarkdown } from "../../ui/markdown.ts";

const day = 86_400_000;

const forms: Readonly<Record<string, string>> = { ".md": "markdown", ".json": "json", ".csv": "csv" };

export const command = defineCommand({
  description: [
    "Verdicts first, the worst on top, each with its evidence and what mends it; then plots and the tables behind them. The page",
    "is one file that needs nothing else. What happened over time comes from `stats snapshot`. Reads only.",
  ].join("\n"),
  flags: {
    last: {
      ...flag.duration("--last <duration>", "show what happened so long ago and since"),
      shownDefault: "7d",
    },
    plans: { ...flag.integer("--plans <n>", "show the plans of so many queries", 0), shownDefault: "10" },
  },
  settingFlags: ["redisUrl"],
  examples: [
    { command: "veza-db report --file weekly.html", summary: "the page, for everybody" },
    { command: "veza-db report --last 30d --file month.html", summary: "of a month" },
    { command: "veza-db report -o markdown --file weekly.md", summary: "the same as text" },
  ],
  exits: [3, 130],
  forms: {
    html: (data: ReportData) => renderPage(data, readAssets()),
    markdown: (data: ReportData) => renderMarkdown(markdownBlocks(data)),
  },
  fileForm: (path) => forms[extname(path).toLowerCase()] ?? "html",
  async run(context) {
    const { last = 7 * day, plans = 10 } = context.flags;
    await using db = await context.connect();
    const around = await readSurroundings(context, {
      sinceMs: Date.now() - last,
      database: db.target.database,
      plans,
    });
    const { data } = await cancellable(db, context.signal, async () =>
      gatherReport(db, around, context.signal),
    );
    if (data.isPartial) context.warn("The server went away: the report holds what had been read by then.");
    return { data, exitCode: data.isPartial ? 3 : 0 };
  },
  view: humanBlocks,
});
