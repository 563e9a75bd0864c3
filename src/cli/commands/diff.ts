import { existsSync } from "node:fs";
import { relative } from "node:path";
import { describeChange } from "../../diff/describe.ts";
import type { Difference } from "../../diff/describe.ts";
import { hazards as hazardNames } from "../../diff/model.ts";
import type { DiffPlan, Hazard } from "../../diff/model.ts";
import { openDatabase, openMade } from "../../diff/open-side.ts";
import type { OpenSide } from "../../diff/open-side.ts";
import { comparePair } from "../../diff/pair.ts";
import type { Pair } from "../../diff/pair.ts";
import { ScratchYard } from "../../diff/scratch.ts";
import { parseSide } from "../../diff/sides.ts";
import type { Side } from "../../diff/sides.ts";
import { hazardsOf, partsOf, planText } from "../../diff/text.ts";
import { writeMigrations } from "../../diff/write-migrations.ts";
import { readLiveSession } from "../../drift/read-session.ts";
import { VezaError, usageError } from "../../kernel/error.ts";
import { readMigrationFolder, readMigrationText } from "../../migrate/read-files.ts";
import type { Db } from "../../postgres/connect.ts";
import { resolveTarget } from "../../postgres/resolve-target.ts";
import { requireSupported } from "../../postgres/supported.ts";
import { describeTarget } from "../../postgres/target.ts";
import type { Target } from "../../postgres/target.ts";
import { ownTables } from "../../schema/own-tables.ts";
import { hint, sql, table, text } from "../../ui/view.ts";
import type { Block } from "../../ui/view.ts";
import { count } from "../../ui/words.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../command.ts";
import { embeddedServer } from "../embedded.ts";
import { flag } from "../flags.ts";
import { historyNames, openFolder } from "../migrations.ts";
import { findPgDump } from "../pg-dump.ts";
import { scratchPorts } from "../scratch-ports.ts";

interface DiffData {
  readonly equal: boolean;
  readonly changes: readonly Difference[];
  /** What makes the first side the second one. */
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  readonly statements: readonly {
    readonly sql: string;
    readonly lock: string | null;
    readonly rewrites: boolean;
    readonly scans: boolean;
    readonly hazards: readonly Hazard[];
    readonly transactional: boolean;
  }[];
  readonly notes: readonly string[];
  readonly proof: { readonly triedIn: string | null; readonly pgDump: "agrees" | "disagrees" | "not asked" };
  readonly written: readonly string[];
  readonly from: string;
  readonly to: string;
}

const flags = {
  check: flag.switch("--check", "exit 1 where something differs"),
  write: flag.text("--write <name>", "write the SQL as migrations of this name"),
  allow: flag.texts("--allow <hazard>", "let --write write what has this hazard; may be given several times"),
  concurrently: flag.switch("--concurrently", "build indexes and prove constraints without blocking writers"),
  shadowUrl: flag.text("--shadow-url <dsn>", "a server where temporary databases may be made"),
  untried: flag.switch("--untried", "do not try the SQL on a copy of the schema"),
};

export const command = defineCommand({
  description: [
    "Writes the SQL that makes the first side the second one. A side is a url, `migrations` (those of the folder), `embedded:`,",
    "a .sql file or a folder of them. The SQL is tried on a temporary copy of the schema and must come out equal; no side is changed.",
  ].join("\n"),
  args: [
    { name: "<from>", summary: "what is there" },
    { name: "<to>", summary: "what it should become" },
  ],
  flags,
  settingFlags: ["migrationsDir", "pgVersion"],
  examples: [
    {
      command: "veza-db diff postgresql://localhost/app migrations",
      summary: "what would make the database what the migrations say",
    },
    {
      command: "veza-db diff migrations schema.sql --write add-invoices",
      summary: "the next migration, from a schema that was edited",
    },
    { command: "veza-db diff old.sql new.sql --check --json", summary: "in CI: exit 1 where they differ" },
  ],
  exits: [1, 3, 4, 5],
  async run(context) {
    const sides = [context.args[0] ?? "", context.args[1] ?? ""].map((arg) => parseSide(arg, context.cwd));
    const allowed = readAllowed(context.flags.allow);
    const without = ownTables(historyNames(context));
    await using ports = scratchPorts(context, "diff");
    await using stack = new Opened();
    const open = await openUrls(sides, context, stack);
    const db = open.find((one) => one !== undefined) ?? (await openNamed(context, stack));
    const roles = db === undefined ? [] : (await readLiveSession(db)).roles;
    const major = db?.facts.major ?? context.settings.values.pgVersion;
    const shadow =
      context.flags.shadowUrl === undefined
        ? undefined
        : resolveTarget(context.flags.shadowUrl, "--shadow-url", context.settings.env).target;
    const yard = new ScratchYard({ shadow, beside: db?.target, major, roles }, ports);
    const opened: OpenSide[] = [];
    for (const [at, side] of sides.entries()) {
      const database = open[at];
      const wishes = { without, like: opened[0]?.catalog };
      opened.push(
        database !== undefined
          ? await openDatabase(database, describeTarget(database.target), wishes)
          : stack.use(
              await openMade(
                madeSide(side),
                side.kind === "migrations" ? readFolder(context) : [],
                yard,
                ports,
                wishes,
              ),
            ),
      );
    }
    const [from, to] = opened;
    if (from === undefined || to === undefined) throw new Error("a side is missing");
    tellPartial(from, to, context);
    const isConcurrent = context.flags.concurrently || context.flags.write !== undefined;
    const majors = [from.catalog.server.major, to.catalog.server.major];
    if (majors[0] !== majors[1])
      context.warn(
        `One side is on PostgreSQL ${majors[0] ?? 0}, the other on ${majors[1] ?? 0}: some differences may be the servers' own.`,
      );
    const pair = await comparePair(from, to, yard, ports, {
      without,
      isProven: !context.flags.untried,
      isConcurrent,
      pgDump: majors[0] === majors[1] ? await findPgDump(majors[0] ?? 0) : undefined,
    });
    refuseObstacles(pair.plan);
    for (const note of pair.plan.notes) context.warn(note);
    const disagrees = pair.dumps !== undefined && pair.dumps.missing.length + pair.dumps.extra.length > 0;
    if (disagrees) tellDumps(pair, context);
    const written =
      context.flags.write === undefined ? [] : write(pair, context.flags.write, allowed, disagrees, context);
    const data = dataOf(pair, from, to, isConcurrent, written, disagrees);
    if (data.equal) refusePartial(from, to, data.proof.pgDump === "agrees");
    return { data, exitCode: context.flags.check && !data.equal ? 1 : 0 };
  },
  forms: { sql: (data) => data.sql },
  view: diffView,
});

type Flags = typeof flags;

/** Closes what was opened, the last first. */
class Opened implements AsyncDisposable {
  readonly #open: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.#open.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#open.toReversed()) await resource[Symbol.asyncDispose]();
  }
}

function readAllowed(names: readonly string[]): ReadonlySet<string> {
  const known = new Set<string>(hazardNames);
  const wrong = names.find((name) => !known.has(name));
  if (wrong !== undefined)
    throw usageError(
      "diff.unknown-hazard",
      `There is no hazard ${JSON.stringify(wrong)}.`,
      `One of ${hazardNames.join(", ")}.`,
    );
  return new Set(names);
}

async function openUrls(
  sides: readonly Side[],
  context: Context<Flags>,
  stack: Opened,
): Promise<(Db | undefined)[]> {
  const opened: (Db | undefined)[] = [];
  for (const side of sides) {
    if (side.kind !== "url" && side.kind !== "embedded") {
      opened.push(undefined);
      continue;
    }
    const target =
      side.kind === "url"
        ? resolveTarget(side.url, "the call", context.settings.env).target
        : await embeddedTarget(context);
    const { connect } = await import("../../postgres/connect.ts");
    const db = await requireSupported(
      await connect(target, {
        applicationName: "veza-db diff",
        connectTimeoutMs: context.settings.values.connectTimeout,
        signal: context.signal,
      }),
    );
    opened.push(stack.use(db));
  }
  return opened;
}

/** Where no side is a database, the one that the call names is where scratch databases are made; of the environment none is taken. */
async function openNamed(context: Context<Flags>, stack: Opened): Promise<Db | undefined> {
  const isNamed = context.settings.origins.url.kind === "flag" && context.flags.shadowUrl === undefined;
  return isNamed ? stack.use(await requireSupported(await context.connect())) : undefined;
}

async function embeddedTarget(context: Context<Flags>): Promise<Target> {
  const { ensureServer } = await import("../../dev/server.ts");
  const server = await ensureServer(embeddedServer(context));
  return resolveTarget(server.url, "the embedded server", {}).target;
}

function madeSide(side: Side): Exclude<Side, { kind: "url" | "embedded" }> {
  if (side.kind === "url" || side.kind === "embedded") throw new Error("a database is read, not made");
  return side;
}

function readFolder(context: Context<Flags>): { id: string; name: string; text: string }[] {
  return openFolder(context).files.map((file) => ({
    id: file.id,
    name: file.name,
    text: readMigrationText(file),
  }));
}

/** Nothing is said to be equal of which a part was not read. */
function tellPartial(from: OpenSide, to: OpenSide, context: Context<Flags>): void {
  for (const { catalog, shown } of [from, to]) {
    for (const what of catalog.unread) context.warn(`Of ${shown} could not be read: ${what}.`);
    for (const { kind, name } of catalog.unmodelled)
      context.warn(
        `Of ${shown}, ${`${kind} ${name}`.trim()} is known to the server, but cannot be compared.`,
      );
  }
}

/** "No difference" is said of what was read whole, or where pg_dump says it too. */
function refusePartial(from: OpenSide, to: OpenSide, doesDumpAgree: boolean): void {
  const parts = [from, to].flatMap(({ catalog, shown }) => [
    ...catalog.unread.map((what) => `${shown}: ${what}`),
    ...(doesDumpAgree ? [] : catalog.unmodelled.map(({ kind, name }) => `${shown}: ${kind} ${name}`)),
  ]);
  if (parts.length === 0) return;
  throw new VezaError({
    code: "catalog.partial",
    ending: "environment",
    message: "The catalog could be read only in part, so nothing says that the rest is equal.",
    detail: parts.join("\n"),
    hint: "Connect as a superuser.",
    state: "No side was changed.",
  });
}

function refuseObstacles({ obstacles }: DiffPlan): void {
  if (obstacles.length === 0) return;
  throw new VezaError({
    code: "diff.not-by-sql",
    ending: "refused",
    message: `${count(obstacles.length, "change")} cannot be written as SQL that keeps what is there.`,
    detail: obstacles.map(({ kind, name, why }) => `${kind} ${name}: ${why}.`).join("\n"),
    hint: "Make this change by hand, then run the command again for the rest.",
    state: "Nothing was changed.",
    facts: { obstacles: obstacles.map(({ kind, name, why }) => ({ kind, name, why })) },
  });
}

function tellDumps({ dumps, changes }: Pair, context: Context<Flags>): void {
  if (dumps === undefined) return;
  const lines = [...dumps.missing.map((line) => `+ ${line}`), ...dumps.extra.map((line) => `- ${line}`)];
  const shown = lines.slice(0, 6).join("\n");
  context.warn(
    `${changes.length === 0 ? "No difference is seen, but pg_dump sees one" : "After the SQL pg_dump still sees a difference"}:\n${shown}${lines.length > 6 ? `\n… and ${lines.length - 6} more lines` : ""}`,
  );
}

function write(
  { plan, provenIn }: Pair,
  name: string,
  allowed: ReadonlySet<string>,
  disagrees: boolean,
  context: Context<Flags>,
): string[] {
  if (plan.statements.length === 0) return [];
  const found = hazardsOf(partsOf(plan.statements, true).flatMap(({ statements }) => statements));
  const refused = found.filter((hazard) => !allowed.has(hazard));
  if (refused.length > 0) {
    throw new VezaError({
      code: "diff.hazard",
      ending: "refused",
      message: `The SQL has ${count(refused.length, "hazard")} that nobody has allowed: ${refused.join(", ")}.`,
      detail: plan.statements
        .filter(({ hazards }) => hazards.some((hazard) => refused.includes(hazard)))
        .map(({ hazards, sql: statement }) => `${hazards.join(", ")}: ${statement.split("\n")[0] ?? ""}`)
        .join("\n"),
      hint: `veza-db diff … ${refused.map((hazard) => `--allow ${hazard}`).join(" ")}`,
      state: "Nothing was written.",
      facts: { hazards: refused },
    });
  }
  if (provenIn === undefined && !context.flags.untried)
    throw new VezaError({
      code: "diff.unproven",
      ending: "refused",
      message: "The SQL could not be tried on a copy of the schema, so it is not written as a migration.",
      hint: "Name a server where the schema can be made with --shadow-url <dsn>, or write it as it is with --untried.",
      state: "Nothing was written.",
    });
  if (disagrees)
    throw new VezaError({
      code: "diff.unproven",
      ending: "refused",
      message: "pg_dump still sees a difference after the SQL, so it is not written as a migration.",
      hint: "veza-db diff prints the SQL: what is missing is to be added by hand.",
      state: "Nothing was written.",
    });
  const dir = context.settings.values.migrationsDir;
  const ids = existsSync(dir)
    ? readMigrationFolder(dir, context.settings.projectDir).files.map(({ id }) => id)
    : [];
  return writeMigrations(dir, ids, plan, name).map(({ path }) => relative(context.cwd, path) || path);
}

function dataOf(
  { changes, plan, provenIn, dumps }: Pair,
  from: OpenSide,
  to: OpenSide,
  isConcurrent: boolean,
  written: readonly string[],
  disagrees: boolean,
): DiffData {
  const parts = partsOf(plan.statements, isConcurrent);
  const statements = parts.flatMap(({ statements: list, isTransactional }) =>
    list.map(({ sql: statement, lock, rewrites, scans, hazards }) => ({
      sql: statement,
      lock: lock ?? null,
      rewrites,
      scans,
      hazards,
      transactional: isTransactional,
    })),
  );
  return {
    equal: changes.length === 0 && !disagrees,
    changes: changes.map(describeChange),
    sql: planText(plan, isConcurrent),
    hazards: hazardsOf(parts.flatMap(({ statements: list }) => list)),
    statements,
    notes: plan.notes,
    proof: {
      triedIn: provenIn ?? null,
      pgDump: dumps === undefined ? "not asked" : disagrees ? "disagrees" : "agrees",
    },
    written,
    from: from.shown,
    to: to.shown,
  };
}

function diffView({
  equal,
  changes,
  statements,
  sql: written,
  from,
  to,
  proof,
  hazards,
  written: files,
}: DiffData): Block[] {
  if (equal) return [text(`No difference between ${from} and ${to}.`, "good")];
  const rows = statements.filter(
    ({ hazards: named, rewrites, scans }) => named.length > 0 || rewrites || scans,
  );
  const costs = rows.map(({ sql: statement, lock, rewrites, scans, hazards: named }) => [
    (statement.split("\n")[0] ?? "").slice(0, 80),
    lock ?? "",
    rewrites ? "rewrites" : scans ? "scans" : "",
    named.join(", "),
  ]);
  return [
    ...(written === "" ? [] : [sql(written), text("")]),
    ...(costs.length === 0 ? [] : [table(["statement", "lock", "rows", "hazards"], costs), text("")]),
    text(
      `${count(changes.length, "difference")} between ${from} and ${to}${hazards.length === 0 ? "" : `; hazards: ${hazards.join(", ")}`}.`,
      hazards.length === 0 ? undefined : "warning",
    ),
    ...(written === "" ? [text("No SQL brings this about; the warnings say why.", "warning")] : []),
    text(
      proof.triedIn === null
        ? "The SQL was not tried."
        : `Tried in ${proof.triedIn}: it leads there${proof.pgDump === "agrees" ? ", and pg_dump agrees" : ""}.`,
      "muted",
    ),
    ...files.map((file) => text(file)),
    ...(files.length === 0 ? [] : [hint("veza-db migrate --dry-run")]),
  ];
}
