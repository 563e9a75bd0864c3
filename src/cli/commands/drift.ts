import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EmbeddedOptions } from "../../dev/model.ts";
import { isAtLeast, severities } from "../../catalog/severity.ts";
import { readCatalog } from "../../catalog/read.ts";
import type { Catalog } from "../../catalog/model.ts";
import { readDesired } from "../../drift/desired.ts";
import type { Desired, Ports } from "../../drift/desired.ts";
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
import type { HistoryRow, MigrationFolder } from "../../migrate/model.ts";
import { planMigrations } from "../../migrate/plan.ts";
import { readMigrationFolder } from "../../migrate/read-files.ts";
import { applyPending } from "../../migrate/run.ts";
import { connect } from "../../postgres/connect.ts";
import type { Db } from "../../postgres/connect.ts";
import { resolveTarget } from "../../postgres/resolve-target.ts";
import { describeTarget } from "../../postgres/target.ts";
import { mend } from "../../schema/mend.ts";
import { ownTables } from "../../schema/own-tables.ts";
import { hint, sql, table, text } from "../../ui/view.ts";
import type { Block, Tone } from "../../ui/view.ts";
import { count } from "../../ui/words.ts";
import { again } from "../again.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../command.ts";
import { flag } from "../flags.ts";
import { historyNames, openFolder, runOptions } from "../migrations.ts";

interface DriftData {
  readonly equal: boolean;
  readonly changes: readonly Finding[];
  /** What would bring the live database to what its migrations make, as far as it can be written without a person. */
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
    await using ports = portsOf(context);
    const desired = await readDesired(
      {
        migrations: seen.migrations,
        live: {
          target: db.target,
          major: db.facts.major,
          ...seen.session,
          version: seen.catalog.server.version,
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
    const mended = mend(
      judged.kept.filter(({ kind }) => kind !== "unmodelled"),
      desired.catalog,
    );
    const data: DriftData = {
      equal: judged.kept.length === 0,
      changes: judged.kept,
      sql: mended.sql,
      hazards: hazardsOf(judged.kept),
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
    const catalog = await readCatalog(db, { without: ownTables(names), migrators });
    const after = exists ? await readHistoryRows(db, names) : [];
    if (fingerprint(rows) === fingerprint(after) || attempt === 5) {
      const migrations = appliedTexts(rows.map((row) => ({ ...row, text: stored.get(row.id) ?? "" })));
      return { rows, migrations, migrators, catalog, session: { searchPath, roles } };
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

/** A server that was started for the comparison goes with it. */
function portsOf(context: Context): Ports & AsyncDisposable {
  const { settings, signal } = context;
  const started: EmbeddedOptions[] = [];
  const open: Ports["open"] = (target) =>
    connect(target, { applicationName: "veza-db drift", connectTimeoutMs: settings.values.connectTimeout });
  return {
    open,
    warn: (message) => context.warn(message),
    replay: async (target, migrations) => {
      await using db = await open(target);
      const folder = writeMigrations(migrations);
      try {
        const options = {
          ...runOptions(context, "drift"),
          reconnect: () => open(target),
          tell: () => {},
          lockRetries: 0,
        };
        for (const part of foldersInOrder(readMigrationFolder(folder, folder), migrations))
          await applyPending(db, part, { allowLate: true }, options);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    startEmbedded: async (major) => {
      const { ensureServer } = await import("../../dev/server.ts");
      const stateDir = join(settings.values.stateDir, "drift", `server-${major}`);
      const options: EmbeddedOptions = {
        stateDir,
        pgVersion: major,
        binDir: settings.values.pgBin,
        binariesDir: join(settings.values.stateDir, "binaries"),
        settings: { fsync: "off" },
        signal,
        report: (line) => context.report.line(line),
      };
      const server = await ensureServer(options);
      if (server.started) started.push(options);
      return resolveTarget(server.url, "the embedded server", {}).target;
    },
    [Symbol.asyncDispose]: async () => {
      const { stopServer } = await import("../../dev/server.ts");
      for (const options of started) await stopServer(options);
    },
  };
}

function writeMigrations(migrations: readonly AppliedMigration[]): string {
  const folder = mkdtempSync(join(tmpdir(), "veza-db-drift-"));
  for (const { id, name, text: content } of migrations)
    writeFileSync(join(folder, `${id}-${name}.sql`), content);
  return folder;
}

/** In the order of the history: at once where that is the order of the ids, else one after the other. */
function foldersInOrder(folder: MigrationFolder, migrations: readonly AppliedMigration[]): MigrationFolder[] {
  const isSorted = folder.files.every(({ id }, index) => id === migrations[index]?.id);
  if (isSorted) return [folder];
  return migrations.map((_, index) => {
    const known = new Set(migrations.slice(0, index + 1).map(({ id }) => id));
    return { ...folder, files: folder.files.filter(({ id }) => known.has(id)) };
  });
}

function scratchOf({ place, where }: Desired): DriftData["scratch"] {
  return { place, where };
}

/** What making the live database equal would cost. */
function hazardsOf(changes: readonly Finding[]): string[] {
  const holdsData = new Set<string>(["table", "column", "foreign table", "schema", "materialized view"]);
  const found = [
    ...(changes.some(({ action, kind }) => action === "drop" && holdsData.has(kind)) ? ["DELETES_DATA"] : []),
    ...(changes.some(({ action, kind }) => action === "create" && kind === "index") ? ["BLOCKS_WRITES"] : []),
  ];
  return found;
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
    ...(written === "" ? [] : [text(""), text("SQL that brings the database nearer:"), sql(written)]),
    hint(next),
  ];
}
