/** What a new project consists of, given what is there. */
import { describe, expect, test } from "vitest";
import type { CiService, Found, InitPlan, Templates } from "../../src/init/model.ts";
import { planProject } from "../../src/init/plan.ts";

const templates: Templates = {
  settings: "{}",
  environment: "# env",
  migration: "CREATE TABLE notes ();",
  migrationDown: "DROP TABLE notes;",
  seeds: "# seeds",
  queries: "# queries",
  partitions: "# partitions",
  ci: "# ci",
};

const nothing: Found = {
  migrationsDir: "migrations",
  hasMigrations: false,
  existing: new Set(),
  gitignore: undefined,
};

function plan(found: Partial<Found> = {}, ci: CiService = "github"): InitPlan {
  return planProject({ ...nothing, ...found }, templates, ci, "2024-02-29-001");
}

const paths = (files: readonly { readonly path: string }[]): string[] => files.map(({ path }) => path);

test("an empty folder gets everything", () => {
  expect(paths(plan().create)).toEqual([
    "veza-db.config.json",
    ".env.example",
    "migrations/2024-02-29-001-create-notes.sql",
    "migrations/2024-02-29-001-create-notes.down.sql",
    "seeds/README.md",
    "queries/README.md",
    "partitions/README.md",
    ".github/workflows/veza-db.yml",
    ".gitignore",
  ]);
  expect(plan()).toMatchObject({ append: [], keep: [] });
});

test("each CI service has its own place, and none has none", () => {
  expect(paths(plan({}, "gitlab").create)).toContain(".gitlab-ci.yml");
  expect(
    paths(plan({}, "none").create).filter((path) => path.includes("ci") || path.includes("workflows")),
  ).toEqual([]);
});

test("what is there is kept, and only that", () => {
  const existing = new Set([".env.example", "seeds/README.md"]);
  const { create, keep } = plan({ existing });
  expect(keep).toEqual([...existing]);
  expect(paths(create)).not.toContain(".env.example");
  expect(paths(create)).toContain("veza-db.config.json");
});

test("where there are migrations, no first one is added", () => {
  const { create, keep } = plan({ hasMigrations: true, migrationsDir: "db/steps" });
  expect(paths(create).filter((path) => path.endsWith(".sql"))).toEqual([]);
  expect(keep).toContain("db/steps/");
});

test("the first migration goes where the settings file says", () => {
  expect(paths(plan({ migrationsDir: "db/steps" }).create)).toContain(
    "db/steps/2024-02-29-001-create-notes.sql",
  );
});

describe(".gitignore", () => {
  test.each([
    ["", ".veza/\n.env\n"],
    ["dist\n", "\n.veza/\n.env\n"],
    ["dist", "\n\n.veza/\n.env\n"],
    ["dist\r\n.env\r\n", "\n.veza/\n"],
    [".veza\n", "\n.env\n"],
    ["/.env\n", "\n.veza/\n"],
    ["# .env\n!.veza/\n", "\n.veza/\n.env\n"],
  ])("%j is added to", (gitignore, added) => {
    expect(plan({ gitignore }).append).toEqual([{ path: ".gitignore", content: added }]);
    expect(paths(plan({ gitignore }).create)).not.toContain(".gitignore");
  });

  test.each([".veza/\n.env\n", "/.veza/\n.env", "x\n.env\n y\n.veza\n"])("%j is whole", (gitignore) => {
    expect(plan({ gitignore })).toMatchObject({ append: [], keep: [".gitignore"] });
  });
});
