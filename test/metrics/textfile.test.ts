/** One scrape alone: on stdout, and as a file. */
import { readdir } from "node:fs/promises";
import { describe } from "vitest";
import { call } from "../migrate/support/veza.ts";
import { temporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { parsePage, valueOf } from "./support/page.ts";

describe("once", () => {
  test("prints what a scrape gives, as it is or as one document", async ({ database }) => {
    const text = await call("/", ["metrics", "--once", "--url", database.url]);
    expect(text.code).toBe(0);
    expect(valueOf(parsePage(text.stdout), "pg_up")).toBe(1);
    const json = await call("/", ["metrics", "--once", "--json", "--url", database.url]);
    expect(json.json()).toMatchObject({ schema: "veza-db/metrics@1", data: { mode: "once" } });
  });

  test.each(["0", "1ms", "30d"])("a deadline of %s is none", async (deadline) => {
    const { code, stderr } = await call("/", [
      "metrics",
      "--once",
      "--deadline",
      deadline,
      "--url",
      "postgres://x@127.0.0.1:1/x",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain("from 100 ms to 10 min");
  });

  test("a server that is down is an error, as for every command", async () => {
    const { code, stdout, stderr } = await call("/", [
      "metrics",
      "--once",
      "--url",
      "postgres://x@127.0.0.1:1/x",
    ]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: Cannot reach/);
  });
});

describe("a file for node_exporter", () => {
  test("is whole at once, and cron hears nothing", async ({ database }) => {
    await using project = await temporaryProject({ "out/veza.prom": "old" });
    const { code, stdout, stderr } = await call(project.folder, [
      "metrics",
      "--textfile",
      "out/veza.prom",
      "--url",
      database.url,
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(valueOf(parsePage(await project.read("out/veza.prom")), "pg_up")).toBe(1);
    expect(await readdir(project.path("out"))).toEqual(["veza.prom"]);
  });

  test("makes no folder that node_exporter does not read", async ({ database }) => {
    await using project = await temporaryProject({});
    const args = ["metrics", "--textfile", "typo/veza.prom", "--url", database.url];
    const { code, stderr } = await call(project.folder, args);
    expect(code).toBe(3);
    expect(stderr).toContain("There is no folder");
    expect(await readdir(project.folder)).not.toContain("typo");
  });

  test("a folder is no file, and the hint names the flag", async ({ database }) => {
    await using project = await temporaryProject({ "out/other.prom": "" });
    const { code, stderr } = await call(project.folder, [
      "metrics", "--textfile", "out", "--url", database.url,
    ]); // prettier-ignore
    expect(code).toBe(3);
    expect(stderr).toContain("Name a file with --textfile <path>.");
    expect(await readdir(project.path("out"))).toEqual(["other.prom"]);
  });

  test("says that the server is down, and the call ends with 3", async () => {
    await using project = await temporaryProject({});
    const { code, stderr } = await call(project.folder, [
      "metrics",
      "--textfile",
      "veza.prom",
      "--url",
      "postgres://x@127.0.0.1:1/x",
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain("Cannot reach");
    expect(valueOf(parsePage(await project.read("veza.prom")), "pg_up")).toBe(0);
  });

  test("is no place together with stdout", async ({ database }) => {
    const { code } = await call("/", ["metrics", "--once", "--textfile", "x", "--url", database.url]);
    expect(code).toBe(2);
  });
});
