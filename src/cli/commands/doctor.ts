import { judgeAttempt, judgeClock, judgeEncryption, judgePooler } from "../../doctor/judge/connection.ts";
import { judgeProgram } from "../../doctor/judge/programs.ts";
import {
  judgeEmbedded,
  judgeMigrations,
  judgeNode,
  judgeOutcome,
  judgeSettingsFile,
} from "../../doctor/judge/project.ts";
import { judgeEncoding, judgePrivileges, judgeStatements, judgeWritable } from "../../doctor/judge/server.ts";
import type { Attempt, DoctorData, Finding } from "../../doctor/model.ts";
import { readPrograms } from "../../doctor/read-programs.ts";
import { readEmbedded, readMigrations, readOutcomes, troubleOf } from "../../doctor/read-project.ts";
import { readServer } from "../../doctor/read-server.ts";
import type { ServerFacts } from "../../doctor/read-server.ts";
import { VezaError } from "../../kernel/error.ts";
import { describeTarget, isLoopback, maskPasswords } from "../../postgres/target.ts";
import { defineCommand } from "../command.ts";
import type { ConnectWish, Context } from "../command.ts";
import { doctorView } from "../doctor-view.ts";
import { embeddedServer } from "../embedded.ts";
import { listSettings } from "../setting-facts.ts";

export const command = defineCommand({
  description: [
    "Looks at everything that a run depends on and says of each thing whether it is well; where it is not, what mends it.",
    "Works without a database too. Exit 1 when there is a problem; a warning is none.",
  ].join("\n"),
  settingFlags: ["migrationsDir", "pgVersion"],
  examples: [
    { command: "veza-db doctor", summary: "the database that the settings name" },
    { command: "veza-db doctor --embedded", summary: "the tool's own server" },
    { command: "veza-db doctor --json", summary: "every value with its origin, for a program" },
  ],
  exits: [1],
  async run(context) {
    const { settings } = context;
    const [seen, embedded] = await Promise.all([examine(context), readEmbedded(embeddedServer(context))]);
    const { attempt } = seen;
    const major = attempt.kind === "made" ? attempt.major : undefined;
    const programs = await readPrograms(major, folderIn(settings.values.pgBin));
    const findings = [
      judgeNode(process.versions.node),
      judgeSettingsFile(settings.settingsFile, settings.envFile),
      ...seen.findings,
      ...programs.map((program) => judgeProgram(program, major)),
      judgeEmbedded(embedded),
      ...judgeMigrations(readMigrations(settings.values.migrationsDir, settings.projectDir)),
      ...readOutcomes(settings.values.stateDir).map((outcome) => judgeOutcome(outcome, new Date())),
    ].map(withoutPasswords);
    const ok = findings.every(({ status }) => status !== "problem");
    const server = attempt.kind === "made" ? { place: attempt.place, version: attempt.version } : null;
    const data: DoctorData = { ok, findings, settings: listSettings(settings), server };
    return { data, exitCode: ok ? 0 : 1 };
  },
  view: doctorView,
});

interface Examination {
  readonly attempt: Attempt;
  readonly findings: readonly Finding[];
}

/** Connects by each way that is named and judges what the server says. */
async function examine(context: Context): Promise<Examination> {
  const { historySchema, directUrl } = context.settings.values;
  const { attempt, facts } = await tryConnection(context, {}, historySchema);
  const hasDirect = directUrl !== undefined && !context.isEmbedded;
  const direct = hasDirect
    ? (await tryConnection(context, { via: "direct" }, historySchema)).attempt
    : undefined;
  return {
    attempt,
    findings: [
      ...judgeAttempt(attempt),
      ...(direct === undefined ? [] : judgeAttempt(direct, true)),
      ...(attempt.kind === "made" ? [judgePooler(attempt.isPooled, hasDirect)] : []),
      ...(attempt.kind === "made" && facts !== undefined ? judgeServer(facts, attempt.isLocal) : []),
    ],
  };
}

function judgeServer({ state, historySchema, statements, clock }: ServerFacts, isLocal: boolean): Finding[] {
  return [
    judgeEncryption(state, isLocal),
    judgeWritable(state),
    judgeEncoding(state),
    judgeClock(clock),
    ...judgePrivileges(state, historySchema),
    judgeStatements(statements),
  ];
}

async function tryConnection(
  context: Context,
  wish: ConnectWish,
  historySchema: string,
): Promise<{ readonly attempt: Attempt; readonly facts?: ServerFacts }> {
  const startedAt = performance.now();
  try {
    await using db = await context.connect(wish);
    const { version, major, isPooled } = db.facts;
    const { target } = db;
    const tookMs = performance.now() - startedAt;
    const attempt = {
      kind: "made",
      place: describeTarget(target),
      isLocal: isLoopback(target),
      version,
      major,
      isPooled,
      tookMs,
    } as const;
    return { attempt, facts: await readServer(db, historySchema) };
  } catch (error) {
    if (context.signal.aborted || (error instanceof VezaError && isWrongCall(error, context))) throw error;
    if (error instanceof VezaError && error.code === "connection.not-named")
      return { attempt: { kind: "unnamed" } };
    return { attempt: { kind: "failed", trouble: troubleOf(error) } };
  }
}

/** A wrong value on the command line is the caller's to mend; one from a file or the environment is a finding. */
function isWrongCall({ ending, code }: VezaError, { settings }: Context): boolean {
  const isFlag = settings.origins.url.kind === "flag" || settings.origins.directUrl.kind === "flag";
  return ending === "usage" && isFlag && code.startsWith("connection.invalid");
}

/** The setting may name a folder, or one of two sources by a word. */
function folderIn(pgBin: string | undefined): string | undefined {
  return pgBin?.includes("/") === true ? pgBin : undefined;
}

function withoutPasswords(finding: Finding): Finding {
  const { message, hint } = finding;
  return {
    ...finding,
    message: maskPasswords(message),
    ...(hint === undefined ? {} : { hint: maskPasswords(hint) }),
  };
}
