/** A page below 1 MB, whatever the texts: what is cut is said. */
import { startOwnServer } from "../stats/support/servers.ts";
import { expect, test } from "../support/database.ts";
import type { ReportData } from "../../src/report/model.ts";
import { readAssets } from "../../src/report/page/assets.ts";
import { fitPage } from "../../src/report/page/fit.ts";
import { renderPage } from "../../src/report/page/page.ts";
import { reportProject } from "./support/project.ts";

test("texts that grow five times as long when they are escaped", async () => {
  await using server = await startOwnServer({});
  await using work = await reportProject(server);
  await work.snapshot();
  const { data } = JSON.parse((await work.run("report", "--json")).stdout) as { data: ReportData };
  if (data.queries.state !== "read") throw new Error("no queries were read");
  const [row] = data.queries.data.rows;
  if (row === undefined) throw new Error("no query was read");
  const long = {
    ...row,
    query: "&".repeat(2000),
    plan: { lines: Array.from({ length: 60 }, () => "&".repeat(240)), why: null },
  };
  const rows = Array.from({ length: 50 }, (_, index) => ({ ...long, queryid: String(index) }));
  const large: ReportData = { ...data, queries: { state: "read", data: { ...data.queries.data, rows } } };
  expect(Buffer.byteLength(renderPage(large, readAssets()))).toBeGreaterThan(1_000_000);
  const fitting = fitPage(large, readAssets());
  expect(Buffer.byteLength(fitting)).toBeLessThan(1_000_000);
  expect(fitting).toContain("To stay below 1 MB this page shows");
  // What fits is not touched.
  expect(fitPage(data, readAssets())).not.toContain("To stay below 1 MB");
});
