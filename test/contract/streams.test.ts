/** stdout carries the result and nothing else; a failure is one JSON document on stderr where JSON is asked for. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { at, call, emptyFolder, parse } from "./support/call.ts";
import { subjects } from "./support/commands.ts";
import { argsOf, databaseSubjects, project, withoutDatabase } from "./support/project.ts";

/** An address where nobody listens, so that a connection fails at once. */
const nowhere = "postgresql://someone@127.0.0.1:1/somewhere";

describe.each(databaseSubjects)("veza-db $name", (subject) => {
  const { path, wrongCall } = subject;
  const args = argsOf(subject);

  test("without a database named: a wrong call, and the three ways to name one", async () => {
    const { code, stdout, stderr } = await call([...path, ...args], { cwd: project() });
    expect({ code, stdout }, stderr).toEqual({ code: wrongCall, stdout: "" });
    for (const way of ["--url", "VEZA_DB_URL", "DATABASE_URL", "PGHOST", "--embedded"])
      expect(stderr).toContain(way);
  });

  test("a failure under --json is one document on stderr, and its exit code is the process's", async () => {
    for (const form of [["--json"], ["-o", "json"], ["--output=json"]]) {
      const { code, stdout, stderr } = await call([...path, ...args, "--url", nowhere, ...form], {
        cwd: project(),
      });
      expect({ code, stdout }, stderr).toEqual({ code: 3, stdout: "" });
      const document = parse(stderr);
      expect(at(document, "schema")).toBe("veza-db/error@1");
      expect(at(document, "error")).toMatchObject({ code: "connection.unreachable", exitCode: 3 });
      for (const field of ["message", "detail", "hint"])
        expect(typeof at(document, "error", field), field).toBe("string");
    }
  });

  test("the same failure for people is error, detail and hint", async () => {
    const { code, stdout, stderr } = await call([...path, ...args, "--url", nowhere], { cwd: project() });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: .*nobody listens there\.\ndetail: .*flag --url.*\nhint: .+\n$/);
  });

  test("--file is not written when the command fails", async () => {
    const cwd = project();
    const { code } = await call([...path, ...args, "--url", nowhere, "--file", "result.txt"], { cwd });
    expect(code).toBe(3);
    expect(existsSync(join(cwd, "result.txt"))).toBe(false);
  });
});

test("every command that is said to need no database is one", () => {
  expect(withoutDatabase.filter((name) => !subjects.some((subject) => subject.name === name))).toEqual([]);
});

describe("a result", () => {
  test("under --json is one document with schema, data and warnings, and stderr is silent", async () => {
    for (const argv of [["doctor"], ["dev", "status"], ["init"], ["completion", "bash"]]) {
      const { stdout, stderr } = await call([...argv, "--json"], { terminal: "all" });
      expect(stderr).toBe("");
      const document = parse(stdout);
      expect(at(document, "schema")).toBe(
        `veza-db/${argv[0] === "completion" ? "completion" : argv.join(".")}@1`,
      );
      expect(Object.keys(Object(document))).toEqual(["schema", "data", "warnings"]);
    }
  });

  test("of a default subcommand has the full path in its schema, and exit 1 prints it too", async () => {
    const cwd = project();
    const url = inject("server").url;
    const plan = await call(["migrate", "--dry-run", "--json", "--url", url], { cwd });
    expect(at(parse(plan.stdout), "schema")).toBe("veza-db/migrate.apply@1");
    const status = await call(["migrate", "status", "--check", "--json", "--url", url], { cwd });
    expect(status.code).toBe(1);
    expect(at(parse(status.stdout), "data", "pending", 0, "name")).toBe("create-notes");
    expect(status.stderr).toBe("");
  });

  test("goes whole into --file, with nothing on stdout and no draft left", async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await call(
      ["dev", "status", "--json", "--file", "deep/er/status.json"],
      { cwd },
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readdirSync(join(cwd, "deep", "er"))).toEqual(["status.json"]);
    expect(at(parse(readFileSync(join(cwd, "deep", "er", "status.json"), "utf8")), "data", "running")).toBe(
      false,
    );
  });

  test("in a --file has no colours, however the terminal likes them", async () => {
    const cwd = emptyFolder();
    await call(["doctor", "--file", "doctor.txt"], { cwd, terminal: "all" });
    expect(readFileSync(join(cwd, "doctor.txt"), "utf8")).not.toContain("\u001b");
  });

  test("that cannot be written to --file ends with 3", async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await call(["dev", "status", "--file", "."], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: .+\n/);
  });
});

describe("--quiet", () => {
  test("drops what a deed reports and every hint, not what was asked for", async () => {
    const cwd = emptyFolder();
    expect(await call(["init", "--quiet"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
    const { stdout } = await call(["dev", "status", "-q"], { cwd });
    expect(stdout).toBe("The embedded server does not run.\n");
  });

  test("keeps errors", async () => {
    const { code, stderr } = await call(["migrate", "-q", "--url", nowhere], { cwd: project() });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: /);
  });
});

describe("--echo", () => {
  test("prints every SQL text sent, on stderr alone, JSON or not", async () => {
    const cwd = project();
    const argv = ["migrate", "status", "--echo", "--url", inject("server").url];
    const people = await call(argv, { cwd });
    expect(people.stderr).toContain("SELECT");
    expect(people.stdout).not.toContain("SELECT");
    const program = await call([...argv, "--json"], { cwd });
    expect(program.stderr).toContain("SELECT");
    expect(at(parse(program.stdout), "data", "pending", 0, "name")).toBe("create-notes");
  });
});

test("a bug ends with 70, says so, and shows its stack under --verbose alone", async () => {
  // No stream that can be written is a surrounding that no command expects.
  const broken = async (argv: readonly string[]): Promise<{ code: number; stderr: string }> => {
    const { main } = await import("../../src/cli/main.ts");
    let stderr = "";
    const code = await main({
      argv,
      env: {},
      cwd: emptyFolder(),
      stdin: process.stdin,
      stdout: {
        write: () => {
          throw new TypeError("nothing can be written here");
        },
      },
      stderr: { write: (text) => void (stderr += text) },
      signal: new AbortController().signal,
      onEnd: () => {},
    });
    return { code, stderr };
  };
  const short = await broken(["dev", "status"]);
  expect(short.code).toBe(70);
  expect(short.stderr).toMatch(
    /^error: This is a bug in veza-db: nothing can be written here\nhint: .*--verbose/,
  );
  expect((await broken(["dev", "status", "--verbose"])).stderr).toContain("streams.test.ts");
  const document = parse((await broken(["dev", "status", "--json"])).stderr);
  expect(at(document, "error")).toMatchObject({ code: "bug", exitCode: 70 });
});
