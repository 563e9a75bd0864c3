/** Which releases of the client programs may be given a dump of somebody else's. */
import { expect, test } from "vitest";
import { safeRelease } from "../../src/backup/clients.ts";
import { scanScript } from "../../src/backup/restore/load.ts";
import { temporaryProject } from "../support/cli.ts";

test.each([
  [14, 24, "14.25"],
  [14, 25, undefined],
  [15, 18, "15.20"],
  [15, 20, undefined],
  [16, 15, "16.16"],
  [17, 11, "17.12"],
  [18, 6, "18.7"],
  [18, 7, undefined],
  [19, 0, undefined],
  [13, 23, "18.7"],
])("%i.%i", (major, minor, wanted) => {
  expect(safeRelease({ path: "", version: `${major}.${minor}`, major, minor })).toBe(wanted);
});

test("a script is looked through, packed or not", async () => {
  const { gzipSync } = await import("node:zlib");
  await using project = await temporaryProject({
    "a.sql": "SELECT 1; SELECT 2;",
    "b.sql.gz": gzipSync("SELECT 1;"),
  });
  expect(await scanScript(project.path("a.sql"))).toEqual({ statements: 2 });
  expect(await scanScript(project.path("b.sql.gz"))).toEqual({ statements: 1 });
});
