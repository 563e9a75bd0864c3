/** What comparisons need of the composition root: connections, replays, a server of the tool's own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmbeddedOptions } from "../dev/model.ts";
import type { Ports } from "../drift/desired.ts";
import type { AppliedMigration } from "../drift/model.ts";
import { readMigrationFolder } from "../migrate/read-files.ts";
import type { MigrationFolder } from "../migrate/model.ts";
import { applyPending } from "../migrate/run.ts";
import { connect } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import type { Context } from "./command.ts";
import { runOptions } from "./migrations.ts";

/** A server that was started for the comparison goes with it. */
export function scratchPorts(context: Context, command: string): Ports & AsyncDisposable {
  const { settings, signal } = context;
  const started: EmbeddedOptions[] = [];
  const open: Ports["open"] = (target) =>
    connect(target, {
      applicationName: `veza-db ${command}`,
      connectTimeoutMs: settings.values.connectTimeout,
    });
  return {
    open,
    warn: (message) => context.warn(message),
    replay: async (target, migrations) => {
      await using db = await open(target);
      const folder = writeMigrations(migrations);
      try {
        const options = {
          ...runOptions(context, command),
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
      const { ensureServer } = await import("../dev/server.ts");
      const stateDir = join(settings.values.stateDir, "drift", `server-${major ?? "any"}`);
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
      const { stopServer } = await import("../dev/server.ts");
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
