/** What a snapshot keeps of the project beside the server: how old the backups are, how long partitions will do. */
import { readFitting } from "../partition/read-tables.ts";
import { readPolicyFolder } from "../partition/read-policies.ts";
import { coverageOf } from "../partition/status.ts";
import type { Db } from "../postgres/connect.ts";
import { backupGauges, runwayGauges } from "../report/gauges.ts";
import { markedDb } from "../report/marked-db.ts";
import type { Part } from "../report/model.ts";
import { readStats } from "../stats/session.ts";
import type { Context } from "./command.ts";
import { partOf, readBackupsPart } from "./report-surroundings.ts";

export interface ProjectGauges {
  readonly gauges: Readonly<Record<string, number>>;
  /** What could not be read, and why. */
  readonly notes: readonly string[];
}

const microsADay = 86_400_000_000;

/** Cheap enough for every few minutes: manifests, and bounds of partitions; no dump and no table is read. */
export async function projectGauges(
  { settings }: Pick<Context, "settings">,
  db: Db,
  database: string,
): Promise<ProjectGauges> {
  const { values, projectDir } = settings;
  const backups = await partOf(values.backupDir, "", async () => readBackupsPart(values.backupDir, database));
  const runways = await partOf(values.partitionsDir, "", async () => {
    const policies = readPolicyFolder(values.partitionsDir, projectDir).policies;
    const { kept, misfits, session } = await readStats(db, async () =>
      readFitting(
        markedDb(db),
        policies.filter(({ kind }) => kind === "range"),
      ),
    );
    const tables = kept.map((one) => {
      const { runwayMicros } = coverageOf(one, session);
      return {
        table: `${one.table.schema}.${one.table.name}`,
        runwayDays: runwayMicros === undefined ? null : Math.floor(runwayMicros / microsADay),
      };
    });
    return { tables, problems: misfits.map(({ error }) => error.message) };
  });
  return {
    gauges: {
      ...(backups.state === "read" ? backupGauges(backups.data.backups, database, Date.now()) : {}),
      ...(runways.state === "read" ? runwayGauges(runways.data.tables) : {}),
    },
    notes: [
      ...missing("Backups", backups),
      ...missing("Partitions", runways),
      ...(runways.state === "read"
        ? runways.data.problems.map((why) => `Partitions of one policy are not in this snapshot: ${why}`)
        : []),
    ],
  };
}

function missing(what: string, part: Part<unknown>): readonly string[] {
  return part.state === "missing" ? [`${what} are not in this snapshot: ${part.why}`] : [];
}
