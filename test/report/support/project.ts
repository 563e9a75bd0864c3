/** A project with a database that has something to tell: names that want to be markup, a load, snapshots. */
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import type { OwnServer } from "../../stats/support/servers.ts";
import { expect } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";
import { runCli, temporaryProject } from "../../support/cli.ts";
import type { CliResult, TemporaryProject } from "../../support/cli.ts";

/** A database on a server of the test's own: on the one of all tests the statements of others crowd ours out. */
export async function databaseOn(server: OwnServer): Promise<TestDatabase> {
  const name = `report_${randomBytes(6).toString("hex")}`;
  await server.sql.unsafe(`CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 5, onnotice: () => {} });
  return { name, url: url.href, sql, [Symbol.asyncDispose]: async () => sql.end({ timeout: 5 }) };
}

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
