/** A project with a database that has something to tell: names that want to be markup, a load, snapshots. */
import { expect } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";
import { runCli, temporaryProject } from "../../support/cli.ts";
import type { CliResult, TemporaryProject } from "../../support/cli.ts";

/** What text may hold that must stay text. */
export const hostile = `</script><img src=x onerror=alert(1)>"'\u202Eevil\u0007&amp;`;

export interface ReportProject extends AsyncDisposable {
  readonly project: TemporaryProject;
  /** Runs the tool, aimed at the database. */
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
  /** Something to count, then a snapshot. */
  readonly snapshot: () => Promise<string>;
}

export async function reportProject({ url, sql }: Pick<TestDatabase, "url" | "sql">): Promise<ReportProject> {
  await sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
  const project = await temporaryProject();
  const run = (...args: readonly string[]): Promise<CliResult> =>
    runCli([...args, "--url", url], { cwd: project.folder });
  return {
    project,
    run,
    snapshot: async () => {
      for (let round = 0; round < 25; round++) {
        await sql`SELECT count(*) AS "the needle" FROM generate_series(1, 2000)`;
        await sql.unsafe(
          `SELECT '${hostile.replaceAll("'", "''")}' AS "a ${hostile.replaceAll('"', '""').slice(0, 40)}"`,
        );
      }
      const { code, stdout } = await run("stats", "snapshot", "--json");
      expect(code).toBe(0);
      const { data } = JSON.parse(stdout) as { data: { path: string } };
      return data.path;
    },
    [Symbol.asyncDispose]: async () => project[Symbol.asyncDispose](),
  };
}

/** The same snapshot as of another time: names are seconds, and a test does not wait for them. */
export async function redate({ project }: ReportProject, path: string, at: string): Promise<string> {
  const name = `${at.slice(0, 19).replace(/[-:]/g, "")}Z.json`;
  const content = JSON.parse(await project.read(path.slice(project.folder.length + 1))) as object;
  await project.write(`.veza/snapshots/${name}`, JSON.stringify({ ...content, takenAt: at }));
  return name;
}
