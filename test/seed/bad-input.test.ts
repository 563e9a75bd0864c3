/** Calls and files that are wrong: what is said, and that nothing was connected to or changed. */
import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { explainLoad } from "../../src/seed/explain-load.ts";
import { readSeedFolder } from "../../src/seed/read-files.ts";
import { planSeed } from "../../src/seed/plan.ts";
import { seedSchema } from "../../src/seed/read-schema.ts";
import { createDatabase } from "../support/database.ts";
import { temporaryProject } from "../support/cli.ts";
import { at, call, emptyFolder, parse } from "../contract/support/call.ts";
import { repository, seed } from "./support/fill.ts";
import cases from "../cases/seed/bad-files.json" with { type: "json" };
import schema from "../../schemas/seed.schema.json" with { type: "json" };

/** Nobody listens there. */
const nowhere = { url: "postgresql://someone@127.0.0.1:1/somewhere" };

describe("a flag", () => {
  const wrong: readonly [readonly string[], string][] = [
    [["--scale", "0"], "--scale takes a number from 0.001 to 10"],
    [["--scale", "0.0009"], "--scale takes a number from 0.001 to 10"],
    [["--scale", "10.1"], "--scale takes a number from 0.001 to 10"],
    [["--scale", "-1"], "--scale"],
    [["--scale", "1e9"], "--scale takes"],
    [["--scale", "many"], "--scale takes"],
    [["--scale", ""], "--scale takes"],
    [["--seed", "-1"], "--seed"],
    [["--seed", "1.5"], "--seed takes a whole number"],
    [["--seed", "99999999999999999999"], "--seed takes a whole number"],
    [["--as-of", "yesterday"], "--as-of takes a date"],
    [["--as-of", "2026-02-30"], "--as-of takes a date"],
    [["--as-of", "2026-13-01"], "--as-of takes a date"],
    [["--as-of", "01/02/2026"], "--as-of takes a date"],
    [["--as-of", "1066-10-14"], "--as-of takes a date"],
    [["--only", "usres"], "Did you mean users?"],
    [["--only", "users,,trakcs"], "Did you mean tracks?"],
    [["--only", "somebody"], "There are audit_logs, chat_messages"],
    [["--only", ""], "--only takes"],
    [["--sclae", "1"], "Did you mean --scale?"],
    [["--dir", "no-such-folder"], "no-such-folder does not exist"],
    [["--dir", "package.json"], "package.json is not a folder"],
    [["something"], "takes no more arguments"],
  ];
  test.each(wrong)("%j: exit 2", async (args, says) => {
    const { code, stdout, stderr } = await seed(nowhere, args);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  test.each(["0.001", "10", "1", ".5", "2.25"])("--scale %s is one", async (scale) => {
    expect((await seed(nowhere, ["--scale", scale])).code).toBe(3);
  });
});

test("a database without the tables: 4, and the way to them", async () => {
  await using database = await createDatabase();
  const all = await seed(database, ["--json"]);
  expect(all.code).toBe(4);
  expect(at(parse(all.stderr), "error")).toMatchObject({
    code: "seed.tables-missing",
    hint: "veza-db migrate",
    stateText: "Nothing was changed.",
  });
  await database.sql`CREATE TABLE users (id int)`;
  const some = await seed(database, ["--only", "users"]);
  expect(some.code).toBe(4);
  expect(some.stderr).toContain("user_stats");
  await database.sql`CREATE VIEW user_stats AS SELECT 1 AS user_id`;
  const view = await seed(database, ["--only", "users"]);
  expect(view.code).toBe(2);
});

test("a folder without seed files: 2, once the database is there", async () => {
  await using database = await createDatabase();
  await using project = await temporaryProject({ "seeds/README.md": "" });
  const { code, stderr } = await call(["seed", "--url", database.url], { cwd: project.folder });
  expect(code).toBe(2);
  expect(stderr).toContain("There are no seed files in seeds.");
});

describe("a seed file", () => {
  test.each(cases)("$what", async ({ files, file, field, says }) => {
    await using project = await temporaryProject(
      Object.fromEntries(
        Object.entries(files).map(([name, content]) => [
          `seeds/${name}`,
          typeof content === "string" ? content : JSON.stringify(content),
        ]),
      ),
    );
    const { code, stdout, stderr } = await call(["seed", "--url", nowhere.url, "--json"], {
      cwd: project.folder,
    });
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: "" });
    const error = at(parse(stderr), "error");
    expect(error).toMatchObject({ code: "seed.bad-file", file: `seeds/${file}`, field });
    expect(at(error, "message")).toContain(says);
    expect(at(error, "message")).toContain(`seeds/${file}: ${field}: `);
  });

  test("that is not UTF-8", async () => {
    await using project = await temporaryProject({ "seeds/a.json": new Uint8Array([0x7b, 0xff, 0x7d]) });
    const { code, stderr } = await call(["seed", "--url", nowhere.url], { cwd: project.folder });
    expect(code).toBe(2);
    expect(stderr).toContain("seeds/a.json: the file: it is not UTF-8.");
  });

  test("with a NUL in a value is told of the field", async () => {
    await using project = await temporaryProject({
      "seeds/a.json": JSON.stringify({ table: "a", rows: 1, columns: { x: { pick: ["one", "t\0o"] } } }),
    });
    const { code, stderr } = await call(["seed", "--url", nowhere.url], { cwd: project.folder });
    expect(code).toBe(2);
    expect(stderr).toContain("seeds/a.json: columns.x.pick.1: it has the character U+0000");
  });

  test("with several faults is told of all of them", async () => {
    await using project = await temporaryProject({
      "seeds/a.json": JSON.stringify({ table: "a", rows: 0, columns: { x: { integer: { min: 1 } }, y: {} } }),
    });
    const { stderr } = await call(["seed", "--url", nowhere.url, "--json"], { cwd: project.folder });
    const problems = at(parse(stderr), "error", "problems");
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).toMatch(/rows.*columns\.x\.integer\.max.*columns\.y/);
  });
});

test("the published JSON schema is the one that files are checked by", () => {
  expect(seedSchema()).toEqual(schema);
});

test("the platform's own files can all be read, in an order in which nothing is missing", () => {
  const { files } = readSeedFolder(`${repository}/seeds`, repository);
  const plan = planSeed(files, { seed: 1, scale: 1, asOf: 0, only: [] });
  expect(plan.tables).toHaveLength(13);
  expect(plan.derived).toHaveLength(3);
  const names = plan.tables.map(({ table }) => table);
  expect(names.indexOf("chat_room_participants")).toBeLessThan(names.indexOf("chat_messages"));
  expect(names.indexOf("tracks")).toBeLessThan(names.indexOf("likes"));
});

describe("what the server says becomes", () => {
  const target = {
    host: "h",
    port: 1,
    user: "u",
    password: undefined,
    database: "d",
    sslMode: "disable",
    sslRootCert: undefined,
    sslCert: undefined,
    sslKey: undefined,
    connectTimeout: undefined,
    options: undefined,
    origin: "test",
  } as const;
  const { signal } = new AbortController();
  const explained = (sqlstate: string, message = "it is so"): VezaError => {
    const error = Object.assign(new Error(message), { name: "PostgresError", code: sqlstate });
    const found = explainLoad(error, { at: "load", file: undefined }, target, signal, true);
    if (!(found instanceof VezaError)) throw new Error("not explained");
    return found;
  };
  test.each([
    ["53100", "environment", "seed.disk-full"],
    ["42501", "environment", "seed.privilege-missing"],
    ["55P03", "refused", "seed.locked"],
    ["25006", "refused", "seed.failed"],
    ["23505", "failed", "seed.failed"],
  ])("%s: %s, %s", (sqlstate, ending, code) => {
    expect(explained(sqlstate)).toMatchObject({ ending, code });
    expect(explained(sqlstate).state).toMatch(/unchanged\.|Nothing was changed\./);
  });

  test("a connection lost at the very commit: nobody can know, and that is said", () => {
    const lost = Object.assign(new Error("gone"), { code: "CONNECTION_CLOSED" });
    const found = explainLoad(lost, { at: "commit", file: undefined }, target, signal, false);
    expect(found).toMatchObject({ ending: "failed", code: "connection.lost" });
    expect(found instanceof VezaError && found.state).toContain("all there, or none of them");
  });

  test("anything else stays the bug that it is", () => {
    const bug = new TypeError("x");
    expect(explainLoad(bug, { at: "load", file: undefined }, target, signal, true)).toBe(bug);
  });
});

test("an empty folder without a database named says how to name one", async () => {
  const folder = emptyFolder();
  const { code, stderr } = await call(["seed", "--dir", folder], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toContain("--url");
});
