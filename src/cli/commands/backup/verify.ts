import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { findClient } from "../../../backup/clients.ts";
import { findBackup } from "../../../backup/find-backup.ts";
import { keepVerification, verificationOf } from "../../../backup/keep-verification.ts";
import { levels } from "../../../backup/model.ts";
import type { Backup, Check } from "../../../backup/model.ts";
import { checkFiles } from "../../../backup/verify/check-files.ts";
import type { AssertionFile } from "../../../backup/verify/assertions.ts";
import { drill } from "../../../backup/verify/drill.ts";
import { copyRoles } from "../../../drift/scratch.ts";
import { messageOf, usageError } from "../../../kernel/error.ts";
import { hint, table, text } from "../../../ui/view.ts";
import { tellMetrics } from "../../backup-watch.ts";
import { databaseOf } from "../../backups.ts";
import { drillServer } from "../../drill-server.ts";
import { patientSessions } from "../../patient-sessions.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";

interface VerifyData {
  readonly id: string;
  readonly path: string;
  readonly database: string | null;
  readonly level: string;
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const flags = {
  level: flag.choice(
    "--level <level>",
    "list: parts and table of contents; hash: every byte; read: from end to end; restore: a drill",
    levels,
    "read",
  ),
  database: flag.text("--database <name>", "whose newest backup is meant, where none is named"),
  server: flag.text(
    "--server <dsn>",
    "where the drill makes its throwaway database (a server of the tool's own)",
  ),
  assert: flag.texts("--assert <file>", "SQL that must give true in the restored database; may be repeated"),
};

export const command = defineCommand({
  description: [
    "Each level holds those before it. The drill restores into a throwaway database, compares row counts and every property of every",
    "object with the backup, runs your own assertions, and drops it. The result is kept beside the backup.",
  ].join("\n"),
  args: [{ name: "[backup]", summary: "an id, a path or latest (the default)" }],
  flags,
  settingFlags: ["backupDir", "backupJobs", "backupMetricsFile", "pgVersion"],
  examples: [
    { command: "veza-db backup verify", summary: "reads the newest backup from end to end" },
    {
      command: "veza-db backup verify latest --level restore",
      summary: "the drill, on a server of the tool's own",
    },
    {
      command: "veza-db backup verify --level restore --assert checks.sql --json",
      summary: "with your own questions",
    },
  ],
  exits: [1, 3, 5, 130],
  recordAs: "backup verify",
  async run(context) {
    const { flags: given, settings, signal, args, cwd } = context;
    const { level } = given;
    if (level !== "restore" && (given.assert.length > 0 || given.server !== undefined)) {
      throw usageError(
        "backup.not-a-drill",
        `--assert and --server are about the drill; --level ${level} needs no server.`,
        "Add --level restore.",
      );
    }
    const assertions = given.assert.map((file) => readAssertions(resolve(cwd, file), file));
    const found = await findBackup({
      name: args[0] ?? "latest",
      root: settings.values.backupDir,
      cwd,
      database: given.database ?? databaseOf(context),
      isToRestore: false,
    });
    if (found === undefined) {
      throw usageError(
        "backup.not-a-backup",
        `${args[0] ?? ""} is no backup of veza-db: there is no manifest.`,
        "veza-db backup list",
      );
    }
    if (!("manifest" in found)) {
      const checks = [{ check: "manifest", ok: false, message: found.problem }];
      return {
        data: { id: found.id, path: found.path, database: null, level, ok: false, checks },
        exitCode: 1,
      };
    }
    const checks = await check(context, found, assertions);
    const verification = verificationOf(level, checks, new Date());
    await keepVerification(found.place, verification).catch((error: unknown) =>
      context.warn(`The result could not be kept beside the backup: ${messageOf(error)}`),
    );
    signal.throwIfAborted();
    const { id, manifest, place } = found;
    await tellMetrics(context);
    const data: VerifyData = {
      id,
      path: place.path,
      database: manifest.database,
      level,
      ok: verification.ok,
      checks,
    };
    return { data, exitCode: verification.ok ? 0 : 1 };
  },
  view: ({ id, level, ok, checks }: VerifyData) => [
    table(
      ["check", "", "found"],
      checks.map((one) => [
        one.check,
        { text: one.ok ? "ok" : "bad", tone: one.ok ? "good" : "bad" },
        one.message,
      ]),
    ),
    text(""),
    ok
      ? text(
          level === "list"
            ? `${id} is there. It was only listed, not verified.`
            : `${id} holds what it says (${level}).`,
          "good",
        )
      : text(`${id} cannot be relied on.`, "bad"),
    ...(ok ? [] : [hint("veza-db backup")]),
  ],
});

async function check(
  context: Context<typeof flags>,
  backup: Backup,
  assertions: readonly AssertionFile[],
): Promise<readonly Check[]> {
  const { flags: given, settings, signal, report } = context;
  const { manifest, place } = backup;
  const { backupPrograms: programs } = settings.values;
  const restore =
    manifest.format === "plain"
      ? undefined
      : await findClient({
          name: "pg_restore",
          atLeast: manifest.programs.pgDumpMajor,
          folder: programs,
          because: `the dump was made by pg_dump ${manifest.programs.pgDump}`,
        });
  report.working("Reading …");
  const level = given.level === "restore" ? "read" : given.level;
  const checks = await checkFiles({ base: place.base, manifest, level, restore, signal });
  report.stop();
  if (given.level !== "restore" || checks.some(({ ok }) => !ok)) return checks;
  await using server = await drillServer(context, given.server, manifest.server.major);
  const drilled = await drill({
    backup,
    server: server.target,
    open: patientSessions(context, "veza-db backup verify"),
    copyRoles: server.isOwn ? copyRoles : undefined,
    programs,
    jobs: settings.values.backupJobs ?? Math.min(4, availableParallelism()),
    assertions,
    signal,
    working: (what) => report.working(what),
  });
  report.stop();
  return [...checks, ...drilled];
}

function readAssertions(path: string, name: string): AssertionFile {
  try {
    return { name, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw usageError(
      "backup.assertion-unreadable",
      `The file ${name} of --assert cannot be read.`,
      "Name a file of SQL.",
      messageOf(error),
    );
  }
}
