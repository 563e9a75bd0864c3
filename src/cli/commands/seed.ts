import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatDuration } from "../../kernel/duration.ts";
import { usageError } from "../../kernel/error.ts";
import { describeTarget } from "../../postgres/target.ts";
import type { RowsPolicy } from "../../seed/empty.ts";
import type { LoadedTable, SeedEvent } from "../../seed/load-table.ts";
import { table, text } from "../../ui/view.ts";
import { count } from "../../ui/words.ts";
import { again } from "../again.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../command.ts";
import { flag } from "../flags.ts";
import type { Flag } from "../flags.ts";
import { refuseReadOnly } from "../migrations.ts";

interface SeedData {
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly durationMs: number;
  readonly rowsPerSecond: number;
  readonly seed: number;
  readonly scale: number;
  readonly asOf: string;
  readonly database: string;
  readonly server: string;
}

const scale: Flag<number> = {
  flags: "--scale <n>",
  summary: "how much: 0.001 to 10; 1 is a platform of 100,000 people",
  fallback: 0.01,
  shownDefault: "0.01",
  parse: (given) => {
    const value = /^\d+(\.\d+)?$|^\.\d+$/.test(given) ? Number(given) : Number.NaN;
    return value >= 0.001 && value <= 10 ? value : undefined;
  },
  expects: "a number from 0.001 to 10",
  isSwitch: false,
  isRepeatable: false,
};

const seed: Flag<number> = {
  ...scale,
  flags: "--seed <n>",
  summary: "which data: the same number gives the same rows",
  fallback: 1,
  shownDefault: "1",
  parse: (given) => (/^\d+$/.test(given) && Number.isSafeInteger(Number(given)) ? Number(given) : undefined),
  expects: `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
};

/** The date's first moment (UTC), in milliseconds since 1970. */
const asOf: Flag<number | undefined> = {
  flags: "--as-of <date>",
  summary: "where the history ends (today unless told otherwise)",
  fallback: undefined,
  parse: parseDate,
  expects: "a date from 1990-01-01 to 2199-12-31, written YYYY-MM-DD",
  isSwitch: false,
  isRepeatable: false,
};

export const command = defineCommand({
  description:
    "From the files in seeds/, by COPY, in one transaction: all of it is there afterwards, or nothing. The same --seed, --scale and --as-of give the same rows on every run and every server.",
  flags: {
    scale,
    seed,
    asOf,
    only: flag.texts("--only <tables>", "these tables, by comma, and those that they point to"),
    append: flag.switch("--append", "add to the rows that are there"),
    truncate: flag.switch("--truncate", "delete the rows that are there first"),
    confirm: flag.text("--confirm <database>", "the database's name for --truncate, in place of typing it"),
  },
  settingFlags: ["seedsDir", "lockTimeout", "wait", "pgVersion"],
  examples: [
    { command: "veza-db seed --embedded", summary: "a thousand people, in the tool's own PostgreSQL" },
    {
      command: "veza-db seed --scale 1 --seed 7 --as-of 2026-01-01",
      summary: "a hundred thousand, the same ones every time",
    },
    { command: "veza-db seed --only users,tracks --json", summary: "some tables only, and tell a program" },
    { command: "veza-db seed --truncate --confirm app_dev", summary: "instead of what is there" },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  async run(context) {
    const { flags, settings } = context;
    const policy = policyOf(flags);
    const dir = seedsDir(context);
    const [{ readSeedFolder }, { planSeed }] = await Promise.all([
      import("../../seed/read-files.ts"),
      import("../../seed/plan.ts"),
    ]);
    const folder = readSeedFolder(dir, settings.projectDir);
    const wishes = {
      seed: flags.seed,
      scale: flags.scale,
      asOf: flags.asOf ?? parseDate(new Date().toISOString().slice(0, 10)) ?? 0,
      only: flags.only
        .flatMap((names) => names.split(",").map((name) => name.trim()))
        .filter((name) => name !== ""),
    };
    const plan = planSeed(folder.files, wishes);
    await using db = await context.connect({ via: "direct" });
    if (folder.files.length === 0) throw nothingToSeed(folder.shownDir);
    const [{ readSession, readTables }, { applySeed }, { refuseRows, tablesToTruncate }] = await Promise.all([
      import("../../seed/read-database.ts"),
      import("../../seed/apply.ts"),
      import("../../seed/empty.ts"),
    ]);
    const session = await readSession(db);
    refuseReadOnly(session, db.target);
    const tables = await readTables(db, plan);
    const call = again(context, "seed");
    if (policy === "refuse") await refuseRows(db, tables, call);
    if (policy === "truncate") await tablesToTruncate(db, tables);
    const { rowsAt } = await import("../../seed/world.ts");
    await context.confirm({
      kind: policy === "truncate" ? "destroy" : "change",
      action: actionOf(policy, tables.size),
      place: describeTarget(db.target),
      database: session.database,
      plan: [
        ...(policy === "truncate" ? [`delete every row of ${[...tables.keys()].join(", ")}`] : []),
        ...plan.tables.map(
          (file) => `${file.table}: ${rowsAt(file, wishes.scale).toLocaleString("en")} rows`,
        ),
      ],
      runsUnattended: true,
      confirmed: flags.confirm,
    });
    const startedAt = performance.now();
    const loaded = await applySeed(db, {
      plan,
      tables,
      policy,
      lockTimeoutMs: settings.values.lockTimeout,
      signal: context.signal,
      again: call,
      tell: teller(context),
    });
    context.report.stop();
    return {
      data: summarize(loaded, performance.now() - startedAt, {
        ...wishes,
        database: session.database,
        server: describeTarget(db.target),
      }),
    };
  },
  view: ({ tables, durationMs, rowsPerSecond, server, asOf: date }) => {
    const total = tables.reduce((sum, { rows }) => sum + rows, 0);
    return [
      table(
        ["table", { name: "rows", align: "right" }],
        tables.map((one) => [one.table, one.rows.toLocaleString("en")]),
      ),
      text(""),
      text(
        `Filled ${count(tables.length, "table")} of ${server} with ${total.toLocaleString("en")} rows in ${formatDuration(durationMs)} (${rowsPerSecond.toLocaleString("en")} a second), history up to ${date}.`,
        "good",
      ),
    ];
  },
});

function summarize(
  loaded: readonly LoadedTable[],
  durationMs: number,
  about: {
    readonly seed: number;
    readonly scale: number;
    readonly asOf: number;
    readonly database: string;
    readonly server: string;
  },
): SeedData {
  const total = loaded.reduce((sum, { rows }) => sum + rows, 0);
  return {
    tables: loaded.map(({ table: name, rows }) => ({ table: name, rows })),
    durationMs: Math.round(durationMs),
    rowsPerSecond: Math.round(total / (durationMs / 1000)),
    seed: about.seed,
    scale: about.scale,
    asOf: new Date(about.asOf).toISOString().slice(0, 10),
    database: about.database,
    server: about.server,
  };
}

function policyOf({
  append,
  truncate,
}: {
  readonly append: boolean;
  readonly truncate: boolean;
}): RowsPolicy {
  if (append && truncate) {
    throw usageError(
      "seed.two-policies",
      "--append and --truncate contradict each other.",
      "Leave one of them out.",
    );
  }
  return append ? "append" : truncate ? "truncate" : "refuse";
}

function actionOf(policy: RowsPolicy, tables: number): string {
  const what = count(tables, "table");
  if (policy === "truncate") return `Empty and fill ${what}`;
  return policy === "append" ? `Add rows to ${what}` : `Fill ${what}`;
}

/** Words, and a bar where there is a terminal, for what a run tells while it works. */
function teller({ report, warn }: Pick<Context, "report" | "warn">): (event: SeedEvent) => void {
  let drawnAt = 0;
  return (event) => {
    switch (event.kind) {
      case "warning":
        return warn(event.text);
      case "working":
        return report.working(`${event.text} …`);
      case "progress": {
        const now = performance.now();
        if (now - drawnAt < 80 && event.rows < event.of) return;
        drawnAt = now;
        return report.working(
          `${event.table}  ${bar(event.rows / event.of)}  ${event.rows.toLocaleString("en")} of ${event.of.toLocaleString("en")}`,
        );
      }
      case "finished": {
        const { table: name, rows, durationMs } = event.done;
        return report.line(
          `filled  ${name}  ${rows.toLocaleString("en")} rows  ${formatDuration(durationMs)}`,
        );
      }
    }
  };
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * 24);
  return `${"█".repeat(full)}${"░".repeat(24 - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/**
 * The folder of the seed files. Where veza-db was just installed into an empty folder, `--embedded` shows what it does
 * with the Veza platform's own, as migrate does.
 */
function seedsDir({ settings, isEmbedded, warn }: Pick<Context, "settings" | "isEmbedded" | "warn">): string {
  const { seedsDir: dir } = settings.values;
  const isDefault = settings.origins.seedsDir.kind === "default" && settings.settingsFile === undefined;
  const isFresh = isDefault && isEmbedded && existsSync(join(settings.projectDir, "node_modules", "veza-db"));
  if (!isFresh || existsSync(dir)) return dir;
  warn("There is no seeds folder here; these are the Veza platform's own files, which come with veza-db.");
  return fileURLToPath(new URL("../../../seeds", import.meta.url));
}

function nothingToSeed(shownDir: string): Error {
  return usageError(
    "seed.no-files",
    `There are no seed files in ${shownDir}.`,
    "Write one: docs/seeds.md describes the format, a JSON file for each table.",
  );
}

function parseDate(given: string): number | undefined {
  const time = /^(199\d|20\d\d|21\d\d)-\d\d-\d\d$/.test(given)
    ? Date.parse(`${given}T00:00:00Z`)
    : Number.NaN;
  // Date.parse takes February 30th for a day in March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== given ? undefined : time;
}
