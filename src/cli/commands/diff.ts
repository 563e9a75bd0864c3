import { existsSync } from "node:fs";
import { relative } from "node:path";
import { hazards as hazardNames } from "../../diff/model.ts";
import type { DiffPlan } from "../../diff/model.ts";
import type { OpenSide } from "../../diff/open-side.ts";
import { comparePair } from "../../diff/pair.ts";
import type { Pair } from "../../diff/pair.ts";
import { parseSide } from "../../diff/sides.ts";
import { hazardsOf, partsOf } from "../../diff/text.ts";
import { writeMigrations } from "../../diff/write-migrations.ts";
import { VezaError, usageError } from "../../kernel/error.ts";
import { readMigrationFolder } from "../../migrate/read-files.ts";
import { ownTables } from "../../schema/own-tables.ts";
import { count } from "../../ui/words.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../command.ts";
import { dataOf, diffView } from "../diff-result.ts";
import { openSides } from "../diff-sides.ts";
import { flag } from "../flags.ts";
import { historyNames } from "../migrations.ts";
import { findPgDump } from "../pg-dump.ts";
import { scratchPorts } from "../scratch-ports.ts";

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
    const allowed = readAllowed(context.flags.allow);
    const without = ownTables(historyNames(context));
    await using ports = scratchPorts(context, "diff");
    await using opened = await openSides(context, ports, {
      from: parseSide(context.args[0] ?? "", context.cwd),
      to: parseSide(context.args[1] ?? "", context.cwd),
      without,
      shadowUrl: context.flags.shadowUrl,
    });
    const { from, to, yard } = opened;
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
