import { readFailure } from "../../../backup/prune/failure-marker.ts";
import { timeOfId, databaseFolder } from "../../../backup/layout.ts";
import { readBackups, verifiedAt } from "../../../backup/read-backups.ts";
import { hint, table, text, timeCell } from "../../../ui/view.ts";
import { formatBytes } from "../../../ui/units.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

interface Listed {
  readonly id: string;
  readonly path: string;
  readonly bytes: number | null;
  readonly createdAt: string;
  readonly verifiedAt: string | null;
  /** The level of the last verification that went well. */
  readonly level: string | null;
  readonly ok: boolean;
  readonly problem: string | null;
  readonly pinned: boolean;
  readonly database: string | null;
  readonly format: string | null;
  readonly serverVersion: string | null;
  readonly rows: number | null;
}

const flags = { database: flag.text("--database <name>", "only backups of this database") };

export const command = defineCommand({
  description:
    "Looks at names, sizes and what earlier verifications said; reads no dump. A backup that was only listed is not verified.",
  flags,
  settingFlags: ["backupDir"],
  examples: [
    { command: "veza-db backup list", summary: "newest first" },
    { command: "veza-db backup list --json", summary: "for programs" },
  ],
  exits: [],
  async run({ flags: { database }, settings, warn }) {
    const { backupDir } = settings.values;
    const { backups, broken } = await readBackups(backupDir);
    const good: Listed[] = backups.map((backup) => ({
      id: backup.id,
      path: backup.place.path,
      bytes: backup.manifest.bytes,
      createdAt: backup.manifest.startedAt,
      verifiedAt: verifiedAt(backup) ?? null,
      level: backup.verifications.findLast(({ ok }) => ok)?.level ?? null,
      ok: backup.problem === undefined,
      problem: backup.problem ?? null,
      pinned: backup.isPinned,
      database: backup.manifest.database,
      format: backup.manifest.format,
      serverVersion: backup.manifest.server.version,
      rows: backup.manifest.rows,
    }));
    const bad: Listed[] = broken.map(({ id, path, problem }) => ({
      id,
      path,
      bytes: null,
      createdAt: timeOfId(id),
      verifiedAt: null,
      level: null,
      ok: false,
      problem,
      pinned: false,
      database: null,
      format: null,
      serverVersion: null,
      rows: null,
    }));
    const shown = [...good, ...bad]
      .filter((listed) => database === undefined || listed.database === database)
      .toSorted((a, b) => (a.id < b.id ? 1 : -1));
    for (const name of new Set(good.map((listed) => listed.database ?? ""))) {
      const failed = await readFailure(databaseFolder(backupDir, name));
      if (failed !== undefined) warn(`The last run for ${name} failed at ${failed.at}: ${failed.message}`);
    }
    return { data: { backups: shown, dir: backupDir } };
  },
  view: ({ backups, dir }) => {
    if (backups.length === 0) return [text(`There are no backups in ${dir}.`), hint("veza-db backup")];
    const columns = [
      { name: "id", least: 25 },
      { name: "database" },
      { name: "size", align: "right", rawName: "bytes" },
      { name: "rows", align: "right" },
      { name: "verified", rawName: "verifiedAt", least: 17 },
      { name: "state" },
      { name: "path", isOptional: true, least: 40 },
    ] as const;
    return [
      table(
        columns,
        backups.map((backup) => [
          backup.id,
          backup.database,
          backup.bytes === null ? null : { text: formatBytes(backup.bytes), raw: backup.bytes },
          backup.rows,
          {
            text:
              backup.verifiedAt === null
                ? "never"
                : `${timeCell(backup.verifiedAt).text} (${backup.level ?? ""})`,
            raw: backup.verifiedAt,
          },
          backup.ok
            ? { text: backup.pinned ? "good, pinned" : "good", tone: "good" }
            : { text: backup.problem ?? "", tone: "bad" },
          backup.path,
        ]),
      ),
    ];
  },
});
