/** `veza-db init`: a project that works, laid around what is there, never over it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layProject } from "../../src/init/apply.ts";
import { localDate } from "../../src/kernel/date.ts";
import { at, call, emptyFolder, parse } from "../contract/support/call.ts";
import { removeProject } from "../support/run-folder.ts";
import { skipUnless } from "../support/skip.ts";

const isRoot = process.getuid?.() === 0;

test("lays a project in which migrate works at once, and doctor finds no problem", async () => {
  const cwd = emptyFolder();
  chmodSync(cwd, 0o755);
  try {
    const laid = await call(["init"], { cwd });
    expect(laid).toMatchObject({ code: 0, stderr: "" });
    expect(laid.stdout).toContain("9 files created");
    expect(laid.stdout).toMatch(/Next: veza-db migrate --embedded\n$/);

    const migrated = await call(["migrate", "--embedded"], { cwd });
    expect(migrated.code, migrated.stderr).toBe(0);
    expect(migrated.stdout).toContain("Applied 1 migration");
    expect((await call(["migrate", "verify", "--embedded"], { cwd })).code).toBe(0);
    expect((await call(["doctor", "--embedded"], { cwd })).code).toBe(0);

    // What comes back with .down.sql can be applied again.
    expect((await call(["migrate", "redo", "--embedded"], { cwd })).code).toBe(0);

    const again = await call(["init"], { cwd });
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toContain("Everything is there already");
    expect(again.stdout).not.toContain("created  ");
    expect((await call(["migrate", "status", "--check", "--embedded"], { cwd })).code).toBe(0);
  } finally {
    await removeProject(cwd);
  }
});

test("names its first migration by today's date", async () => {
  const cwd = emptyFolder();
  const before = localDate(new Date());
  await call(["init"], { cwd });
  const [down = "", up = ""] = readdirSync(join(cwd, "migrations")).toSorted();
  expect([before, localDate(new Date())].map((today) => `${today}-001-create-notes.sql`)).toContain(up);
  expect(down).toBe(up.replace(/\.sql$/, ".down.sql"));
});

test("lists what it did for programs", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, ".gitignore"), "dist\n");
  writeFileSync(join(cwd, ".env.example"), "MINE=1\n");
  const { code, stdout } = await call(["init", "--json", "--ci", "gitlab"], { cwd });
  expect(code).toBe(0);
  expect(at(parse(stdout), "data")).toMatchObject({
    folder: cwd,
    created: expect.arrayContaining(["veza-db.config.json", ".gitlab-ci.yml"]),
    changed: [".gitignore"],
    kept: [".env.example"],
  });
  expect(readFileSync(join(cwd, ".env.example"), "utf8")).toBe("MINE=1\n");
  expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("dist\n\n.veza/\n.env\n");
});

test("makes the folder that it is given, and says how to get there", async () => {
  const cwd = emptyFolder();
  const { code, stdout } = await call(["init", "new/deep one"], { cwd });
  expect(code).toBe(0);
  expect(existsSync(join(cwd, "new", "deep one", "veza-db.config.json"))).toBe(true);
  expect(stdout).toContain("Next: cd 'new/deep one' && veza-db migrate --embedded");
});

test("inside another project lays its own, and leaves the outer one alone", async () => {
  const cwd = emptyFolder();
  await call(["init"], { cwd });
  const { code } = await call(["init", "inner"], { cwd });
  expect(code).toBe(0);
  expect(readdirSync(join(cwd, "inner", "migrations"))).toHaveLength(2);
  expect(readdirSync(join(cwd, "migrations"))).toHaveLength(2);
});

test("keeps to the migrations folder that a settings file names", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "veza-db.config.json"), '{"migrations": {"dir": "db/steps"}}');
  await call(["init"], { cwd });
  expect(readdirSync(join(cwd, "db", "steps"))).toHaveLength(2);
  expect(existsSync(join(cwd, "migrations"))).toBe(false);
  expect(readFileSync(join(cwd, "veza-db.config.json"), "utf8")).toBe('{"migrations": {"dir": "db/steps"}}');
});

test("the settings file that it writes is valid and says what is the default anyway", async () => {
  const cwd = emptyFolder();
  const before = await call(["doctor", "--json"], { cwd });
  await call(["init"], { cwd });
  const after = await call(["doctor", "--json"], { cwd });
  const values = (stdout: string): unknown => {
    const settings = at(parse(stdout), "data", "settings");
    return Array.isArray(settings) ? settings.map((setting) => at(setting, "value")) : undefined;
  };
  expect(values(after.stdout)).toEqual(values(before.stdout));
  const schema: unknown = at(parse(readFileSync(join(cwd, "veza-db.config.json"), "utf8")), "$schema");
  expect(schema).toBe("./node_modules/veza-db/schemas/config.schema.json");
});

describe("refuses, before anything is written,", () => {
  test.each(["migrations", "seeds", "queries", "partitions"])(
    "a file where the folder %s goes",
    async (name) => {
      const cwd = emptyFolder();
      writeFileSync(join(cwd, name), "");
      const { code, stdout, stderr } = await call(["init"], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`${join(cwd, name)} is not a folder`);
      expect(readdirSync(cwd)).toEqual([name]);
    },
  );

  test("a file where the project goes", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "taken"), "");
    for (const folder of ["taken", "taken/below"]) {
      const { code, stderr } = await call(["init", folder], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain("is not a folder");
    }
  });

  test("a settings file that cannot be read", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "veza-db.config.json"), "{");
    expect((await call(["init"], { cwd })).code).toBe(2);
    expect(readdirSync(cwd)).toEqual(["veza-db.config.json"]);
  });
});

test("keeps a file that came into being after the folder was looked at", () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "mine"), "mine");
  const plan = {
    create: [
      { path: "mine", content: "theirs" },
      { path: "new", content: "new" },
    ],
    append: [],
    keep: [],
  };
  expect(layProject(cwd, plan)).toEqual({ created: ["new"], changed: [], kept: ["mine"] });
  expect(readFileSync(join(cwd, "mine"), "utf8")).toBe("mine");
});

test("does not write through a link that leads nowhere", async () => {
  const cwd = emptyFolder();
  symlinkSync(join(cwd, "outside"), join(cwd, ".env.example"));
  const { code, stdout } = await call(["init"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("kept     .env.example");
  expect(existsSync(join(cwd, "outside"))).toBe(false);
});

test.runIf(skipUnless(!isRoot, "root may write everywhere, so nothing can be made unwritable for it"))(
  "a folder that cannot be written ends with 3",
  async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "locked"));
    chmodSync(join(cwd, "locked"), 0o555);
    const { code, stderr } = await call(["init", "locked"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain("Nothing was changed.");
  },
);

test.runIf(skipUnless(existsSync("/proc/self"), "there is no /proc here"))(
  "a folder where none can be made ends with 3",
  async () => {
    // Node's own recursive mkdir never comes back from there.
    const { code, stderr } = await call(["init", "/proc/veza-db-test/project"], { cwd: emptyFolder() });
    expect(code).toBe(3);
    expect(stderr).toContain("Nothing was changed.");
  },
);

test("what cannot be written half-way says what was written and how to go on", async () => {
  for (const taken of [".github", ".github/workflows"]) {
    const cwd = emptyFolder();
    if (taken !== ".github") mkdirSync(join(cwd, ".github"));
    writeFileSync(join(cwd, taken), "a file where a folder goes");
    const { code, stdout, stderr } = await call(["init"], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/7 files were written; run veza-db init again/);
    expect((await call(["init", "--ci", "none"], { cwd })).code).toBe(0);
  }
});

test("a .gitignore that is a folder is left alone", async () => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, ".gitignore"));
  const { code, stderr } = await call(["init"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("Nothing was changed.");
});
