/** Names of test databases, and what is left of them on a server that the run did not start and will not stop. */
import postgres from "postgres";

const prefix = "veza_test_";
/** No run takes longer; databases of one that is older were left by a killed run. */
const oldestSeconds = 24 * 3600;

export function databaseName(runId: string, what: string): string {
  return `${prefix}${runId}_${what}`;
}

/** Drops the databases of a run, and those of runs that began more than a day ago. */
export async function dropRunDatabases(url: string, runId: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql<{ datname: string }[]>`
      SELECT datname FROM pg_database WHERE starts_with(datname, ${prefix}) AND pg_get_userbyid(datdba) = current_user`;
    for (const { datname } of rows) {
      const id = datname.slice(prefix.length).split("_")[0] ?? "";
      const begun = Number.parseInt(id.slice(0, -6), 36);
      if (id === runId || begun < Date.now() / 1000 - oldestSeconds) {
        await sql`DROP DATABASE IF EXISTS ${sql(datname)} WITH (FORCE)`;
      }
    }
  } finally {
    await sql.end({ timeout: 5 });
  }
}
