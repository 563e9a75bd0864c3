/** A database of 10,000 tables and 5,000 statements: the page stays small and whole. */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { runCli, temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { chromium, launch } from "../report/support/chromium.ts";
import { startOwnServer } from "../stats/support/servers.ts";

const text = "lorem ipsum dolor sit amet </script> ".repeat(60);

test(
  "10,000 tables and 5,000 statements of 2 KB make a page below 1 MB, and snapshots that are read",
  { timeout: 900_000 },
  async () => {
    await using server = await startOwnServer({
      "pg_stat_statements.max": "10000",
      max_locks_per_transaction: "1000",
    });
    await server.sql`CREATE EXTENSION IF NOT EXISTS pg_stat_statements`;
    for (let first = 1; first <= 10_000; first += 500) {
      await server.sql.unsafe(
        `DO $do$ BEGIN FOR i IN ${first}..${first + 499} LOOP EXECUTE format('CREATE TABLE a_rather_long_name_of_a_table_%s (id int PRIMARY KEY, v text)', i); END LOOP; END $do$`,
      );
    }
    // Each of another table: statements that differ in their names alone are one to the extension.
    for (let index = 1; index <= 5000; index++)
      await server.sql.unsafe(
        `SELECT '${text}' AS b, ${Array.from({ length: 60 }, (_, at) => `${at} AS "column ${at} of ${index}"`).join(", ")} FROM a_rather_long_name_of_a_table_${index}`,
      );
    await using project = await temporaryProject();
    const run = async (...args: string[]): ReturnType<typeof runCli> =>
      runCli([...args, "--url", server.url], { cwd: project.folder, timeoutMs: 300_000 });
    expect((await run("stats", "snapshot", "-q")).code).toBe(0);
    await server.sql`SELECT count(*) FROM a_rather_long_name_of_a_table_1`;
    const { code, stdout } = await run("report", "-o", "html");
    expect(code).toBe(0);
    expect(Buffer.byteLength(stdout)).toBeLessThan(1_000_000);
    expect(stdout).toContain("10000 tables");
    await rm(project.path(".veza/snapshots"), { recursive: true });
    const whole = await run("report", "--file", "page.html");
    expect(whole.code).toBe(0);
    expect(Buffer.byteLength(await project.read("page.html"))).toBeLessThan(1_000_000);
    if (!skipUnless(chromium !== undefined, "no Chromium on this machine")) return;
    await using browser = await launch();
    const page = await browser.open(`file://${project.path("page.html")}`);
    expect(page.complaints).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('#tables tbody tr').length")).toBe(50);
  },
);
