import { join, resolve } from "node:path";
import { isAtLeast, severities } from "../../catalog/severity.ts";
import { readCatalog } from "../../catalog/read.ts";
import { shareWith } from "../../catalog/share.ts";
import type { CatalogWishes } from "../../catalog/read.ts";
import type { Catalog } from "../../catalog/model.ts";
import { planMending } from "../../diff/mending.ts";
import { readDesired } from "../../drift/desired.ts";
import type { Desired } from "../../drift/desired.ts";
import { findDrift } from "../../drift/findings.ts";
import { appliedTexts } from "../../drift/history-texts.ts";
import { applyRules } from "../../drift/ignore.ts";
import type { AppliedMigration, Finding, Place, RuleReport } from "../../drift/model.ts";
import { readLiveSession } from "../../drift/read-session.ts";
import { readRules } from "../../drift/read-rules.ts";
import { renderGithub } from "../../drift/reports/github.ts";
import { renderJunit } from "../../drift/reports/junit.ts";
import { renderSarif } from "../../drift/reports/sarif.ts";
import { localDate } from "../../kernel/date.ts";
import { VezaError } from "../../kernel/error.ts";
import { readHistory, readHistoryRows, readStoredTexts } from "../../migrate/history.ts";
import type { HistoryRow } from "../../migrate/model.ts";
import { planMigrations } from "../../migrate/plan.ts";
import type { Db } from "../../postgres/connect.ts";
import { resolveTarget } from "../../postgres/resolve-target.ts";
import { describeTarget } from "../../postgres/target.ts";
import { ownTables } from "../../schema/own-tables.ts";
import { hint, sql, table, text } from "../../ui/view.ts";
import type { Block, Tone } from "../../ui/view.ts";
import { count } from "../../ui/words.ts";
import { again } from "../again.ts";
import { defineCommand } from "../command.ts";
import { scratchPorts } from "../scratch-ports.ts";
import type { Context } from "../command.ts";
import { flag } from "../flags.ts";
import { historyNames, openFolder } from "../migrations.ts";

interface DriftData {
  readonly equal: boolean;
  readonly changes: readonly Finding[];
  /** What would make the live database what its migrations make. */
  readonly sql: string;
  readonly hazards: readonly string[];
  readonly ignored: readonly Finding[];
  readonly rules: readonly RuleReport[];
  readonly pending: readonly { readonly id: string; readonly name: string; readonly file: string }[];
  readonly scratch: { readonly place: Place; readonly where: string };
  readonly applied: number;
  readonly objects: number;
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

const flags = {
  shadowUrl: flag.text(
    "--shadow-url <dsn>",
    "a server where the migrations may be replayed in a temporary database",
  ),
  ignore: flag.text("--ignore <file>", "rules for what may differ (drift.json, where there is one)"),
  failOn: flag.choice("--fail-on <severity>", "exit 1 from this severity on", severities, "cosmetic"),
  fresh: flag.switch("--fresh", "replay the migrations even where they were replayed before"),
};

export const command = defineCommand({
  description: [
    "Replays the migrations that the database's own history says are applied into a scratch database and compares every property",
    "of every object. Files not applied yet are pending, not drift. The live database is only read.",
  ].join("\n"),
  flags,
  settingFlags: ["migrationsDir"],
  examples: [
    { command: "veza-db drift", summary: "exit 1 when the database is not what its migrations make" },
    { command: "veza-db drift --fail-on security -o github", summary: "in CI, as annotations" },
    { command: "veza-db drift -o sarif --file drift.sarif", summary: "for code scanning" },
  ],
  exits: [1, 3, 5],
  recordAs: "drift",
  async run(context) {
    const folder = openFolder(context);
    const names = historyNames(context);
    const without = ownTables(names);
    const rules = readRules(
      resolve(context.cwd, context.flags.ignore ?? "drift.json"),
      context.flags.ignore !== undefined,
    );
    await using db = await context.connect();
    const seen = await readLive(context, db);
    const plan = planMigrations(folder.files, folder.clashes, seen.rows);
    for (const { kind, message } of plan.problems) context.warn(`${kind}: ${message}`);
    context.report.line(
      `Comparing ${describeTarget(db.target)} with its ${count(seen.migrations.length, "migration")} …`,
    );
    await using ports = scratchPorts(context, "drift");
    const desired = await readDesired(
      {
        migrations: seen.migrations,
        live: {
          target: db.target,
          major: db.facts.major,
          ...seen.session,
          catalog: seen.catalog,
        },
        migrators: seen.migrators,
        without,
        shadow: shadowOf(context),
        cacheDir: context.flags.fresh ? undefined : join(context.settings.values.stateDir, "drift"),
      },
      ports,
    );
    for (const what of seen.catalog.unread) context.warn(`Could not be read: ${what}.`);
    const judged = applyRules(findDrift(seen.catalog, desired.catalog), rules, localDate(new Date()));
    for (const { rule, state } of judged.rules) {
      if (state !== "used")
        context.warn(
          `The ignore rule for ${rule.kind} ${rule.name} ${state === "unused" ? "matches nothing" : `expired on ${rule.expires ?? ""}`}.`,
        );
    }
    if (judged.kept.length === 0) refusePartial(seen.catalog);
    // Who stands on what is read only where something is to be mended.
    const live =
      judged.kept.length === 0
        ? seen.catalog
        : shareWith(desired.catalog, await readCatalog(db, { ...seen.wishes, withDependencies: true }));
    const mending = planMending(live, desired.catalog, judged.kept);
    for (const sentence of mending.left) context.warn(sentence);
    const data: DriftData = {
      equal: judged.kept.length === 0,
      changes: judged.kept,
      sql: mending.sql,
      hazards: mending.hazards,
      ignored: judged.ignored,
      rules: judged.rules,
      pending: plan.pending.map(({ file: { id, name, file } }) => ({ id, name, file })),
      scratch: scratchOf(desired),
      applied: seen.migrations.length,
      objects: seen.catalog.objects.size,
      database: db.target.database,
      server: describeTarget(db.target),
      next: again(context, "drift", "--json"),
    };
    return {
      data,
      exitCode: judged.kept.some(({ severity }) => isAtLeast(severity, context.flags.failOn)) ? 1 : 0,
    };
  },
  forms: { sarif: renderSarif, github: renderGithub, junit: renderJunit },
  view: driftView,
});

interface Live {
  readonly rows: readonly HistoryRow[];
  readonly migrations: readonly AppliedMigration[];
  readonly migrators: readonly string[];
  readonly catalog: Catalog;
  readonly wishes: CatalogWishes;
  readonly session: { readonly searchPath: string; readonly roles: readonly string[] };
}

/** The catalog and the history that belongs to it: read again while somebody migrates. */
async function readLive(context: Context, db: Db): Promise<Live> {
  const names = historyNames(context);
  for (let attempt = 1; ; attempt++) {
    const { exists } = await readHistory(db, names);
    if (!exists) context.warn("The database has no history: nothing says that any migration was applied.");
    const rows = exists ? await readHistoryRows(db, names) : [];
    const stored = new Map(
      (
        await readStoredTexts(
          db,
          names,
          rows.map(({ id }) => id),
        )
      ).map((row) => [row.id, row.sqlContent]),
    );
    const { searchPath, roles, user } = await readLiveSession(db);
    const migrators = [
      ...new Set(rows.length === 0 ? [user] : [...rows.map(({ appliedBy }) => appliedBy), user]),
    ].toSorted();
    const wishes = { without: ownTables(names), migrators };
    const catalog = await readCatalog(db, wishes);
    const after = exists ? await readHistoryRows(db, names) : [];
    if (fingerprint(rows) === fingerprint(after) || attempt === 5) {
      const migrations = appliedTexts(rows.map((row) => ({ ...row, text: stored.get(row.id) ?? "" })));
      return { rows, migrations, migrators, catalog, wishes, session: { searchPath, roles } };
    }
  }
}

function fingerprint(rows: readonly HistoryRow[]): string {
  return rows.map(({ id, checksum, statementsDone }) => `${id} ${checksum} ${statementsDone}`).join("\n");
}

function shadowOf({
  flags: { shadowUrl },
  settings,
}: Context<typeof flags>): ReturnType<typeof resolveTarget>["target"] | undefined {
  return shadowUrl === undefined ? undefined : resolveTarget(shadowUrl, "--shadow-url", settings.env).target;
}

function scratchOf({ place, where }: Desired): DriftData["scratch"] {
  return { place, where };
}

function refusePartial({ unread }: Catalog): void {
  if (unread.length === 0) return;
  throw new VezaError({
    code: "catalog.partial",
    ending: "environment",
    message: "The catalog could be read only in part, so nothing says that the rest is equal.",
    detail: unread.join("\n"),
    hint: "Connect as a superuser.",
    state: "The live database was only read.",
  });
}

const tones: Readonly<Record<Finding["severity"], Tone>> = {
  security: "bad",
  integrity: "bad",
  performance: "warning",
  cosmetic: "muted",
};

function driftView({
  equal,
  changes,
  sql: written,
  pending,
  ignored,
  scratch,
  applied,
  objects,
  server,
  next,
}: DriftData): Block[] {
  const waiting = pending.length === 0 ? "" : ` ${count(pending.length, "migration")} pending.`;
  const passed = ignored.length === 0 ? "" : ` ${count(ignored.length, "difference")} ignored by rule.`;
  const replayed =
    scratch.place === "cache"
      ? `By an earlier replay of ${count(applied, "migration")}`
      : `Replayed ${count(applied, "migration")} in ${scratch.where}`;
  const basis = `${replayed}; compared ${count(objects, "object")}.`;
  if (equal)
    return [
      text(`No drift: ${server} is what its migrations make.${waiting}${passed}`, "good"),
      text(basis, "muted"),
    ];
  const rows = severities.flatMap((severity) =>
    changes
      .filter((finding) => finding.severity === severity)
      .map(({ kind, name, detail }) => [{ text: severity, tone: tones[severity] }, kind, name, detail]),
  );
  return [
    table(["severity", "kind", "name", "in the database → by the migrations"], rows),
    text(""),
    text(
      `${count(changes.length, "difference")} between ${server} and its migrations.${waiting}${passed}`,
      "bad",
    ),
    text(basis, "muted"),
    ...(written === ""
      ? []
      : [text(""), text("SQL that makes the database what its migrations make:"), sql(written)]),
    hint(next),
  ];
}
