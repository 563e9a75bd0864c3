import { gaugesOf, labelsOf } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { readHistory } from "../../migrate/history.ts";
import type { HistoryNames, MigrationFolder } from "../../migrate/model.ts";
import { planMigrations } from "../../migrate/plan.ts";
import { readStats } from "../../stats/session.ts";
import type { OwnReading } from "./model.ts";

/** Where the migrations of the folder stand, as `migrate status` sees it. */
export function readMigrationsFrom(openFolder: () => MigrationFolder, names: HistoryNames): OwnReading {
  return {
    kind: "database",
    name: "veza_migrations",
    read: async (db): Promise<Family[]> => {
      const folder = openFolder();
      // Under the limits of a report: a migration that runs now may hold the table.
      const history = await readStats(db, () => readHistory(db, names));
      const { applied, pending, problems } = planMigrations(folder.files, folder.clashes, history.rows);
      const gauge = gaugesOf([labelsOf({ datname: history.session.database })]);
      return [
        gauge("veza_migrations_applied", "Migrations that are applied.", [applied.length]),
        gauge("veza_migrations_pending", "Migrations of the folder that are not applied.", [pending.length]),
        gauge("veza_migrations_problems", "Files that do not match the history.", [problems.length]),
      ];
    },
  };
}
