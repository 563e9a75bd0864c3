/** The house stands as docs/architecture.md says: every import of src is walked. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { reachable, roomOf, violations } from "./architecture/rules.ts";
import type { Edge, Sources } from "./architecture/rules.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = readSources("src", ".ts");

/** Where docs/architecture.md does not list them: who imports another domain, and why. */
const edges: Readonly<Record<Edge, string>> = {
  "doctor → dev": "says whether the embedded server runs, and finds the programs of the machine as dev does",
  "doctor → migrate": "reads the folder with migrate's own reader, so that both say the same of it",
  "report → stats": "reads with the same collectors and snapshots, so that there is no second truth",
  "report → partition": "shows partitions and their runway as `partition status` does",
  "report → migrate": "lists what is applied and pending as `migrate status` does",
  "report → ui": "a page is made of the same units and words as the terminal",
  "diff → drift": "makes scratch databases, replays and judges reach as drift does",
  "diff → migrate": "writes a plan as migrations, with ids as `migrate new` gives them",
  "diff → schema": "writes what is made with the schema's own renderers, in the schema's own order",
  "migrate → settings": "the library face takes its defaults from the one table",
};

test("every import keeps to the rule, every file to its shape", () => {
  expect(violations(sources, knownEdges())).toEqual([]);
});

test("every edge that has a reason is used", () => {
  const unused = knownEdges().filter(
    (edge) =>
      violations(
        sources,
        knownEdges().filter((other) => other !== edge),
      ).length === 0,
  );
  expect(unused).toEqual([]);
});

test("a no-op migrate loads no zod, no programs and nothing that draws", () => {
  const loaded = reachable(sources, [
    "src/cli/run.ts",
    // What main.ts loads by import() on the way of every command, and the command itself.
    "src/cli/parse.ts",
    "src/cli/walk.ts",
    "src/cli/commands/migrate/apply.ts",
  ]);
  expect(
    [...loaded].filter((name) => ["zod", "execa", "chalk", "ora", "cli-table3", "dotenv"].includes(name)),
  ).toEqual([]);
  expect([...loaded].filter((name) => name.startsWith("src/dev/") && name !== "src/dev/model.ts")).toEqual(
    [],
  );
  expect([...loaded]).toContain("src/postgres/driver.ts"); // or the walk has lost its way
});

test("every .sql text is read by somebody in its room", () => {
  const unread = [...readSources("src", ".sql").keys()].filter((file) => {
    // By its path, or by its bare name where a room has one function that adds folder and ending.
    const stem = (file.split("/").at(-1) ?? "").replace(/\.sql$/, "");
    const isRead = ([source, text]: readonly [string, string]): boolean =>
      roomOf(source) === roomOf(file) && (text.includes(`/${stem}.sql"`) || text.includes(`"${stem}"`));
    return ![...sources].some(isRead);
  });
  expect(unread.filter((file) => !file.includes("/templates/"))).toEqual([]);
});

describe("the test can fail", () => {
  const sound: Readonly<Record<string, string>> = {
    "src/kernel/error.ts": "export class VezaError extends Error {}\n",
    "src/settings/model.ts": "export interface Settings {}\n",
    "src/migrate/plan.ts":
      'import { VezaError } from "../kernel/error.ts";\nexport const plan = VezaError;\n',
  };
  const rulesBroken = (files: Readonly<Record<string, string>>, known: readonly Edge[] = []): string[] =>
    violations(new Map(Object.entries({ ...sound, ...files })), known).map(({ rule }) => rule);

  test("a sound house has no violations", () => {
    expect(rulesBroken({})).toEqual([]);
  });

  test.each([
    ["a static import", 'import { plan } from "../migrate/plan.ts";\nexport const a = plan;\n'],
    ["a multi-line import", 'import {\n  plan,\n} from "../migrate/plan.ts";\nexport const a = plan;\n'],
    ["a type import", 'import type { plan } from "../migrate/plan.ts";\nexport type A = typeof plan;\n'],
    ["a dynamic import", 'export const a = async () => import("../migrate/plan.ts");\n'],
    ["an import for its effect", 'import "../migrate/plan.ts";\nexport const a = 1;\n'],
    ["an export from", 'export { plan } from "../migrate/plan.ts";\nexport const a = 1;\n'],
  ])("%s of a domain by the kernel", (_name, text) => {
    expect(rulesBroken({ "src/kernel/bad.ts": text })).toContain("room");
  });

  test("a domain that imports another one needs an edge with a reason", () => {
    const files = {
      "src/drift/read.ts": 'import { plan } from "../migrate/plan.ts";\nexport const a = plan;\n',
    };
    expect(rulesBroken(files)).toEqual(["room"]);
    expect(rulesBroken(files, ["drift → migrate"])).toEqual([]);
  });

  test("a domain may take the settings' types, not what settings do", () => {
    const text = (word: string): string =>
      `import ${word}{ Settings } from "../settings/model.ts";\nexport const a = 1;\n`;
    expect(rulesBroken({ "src/drift/read.ts": text("type ") })).toEqual([]);
    expect(rulesBroken({ "src/drift/read.ts": text("") })).toEqual(["room"]);
  });

  test("the command line is nobody's to import", () => {
    const files = {
      "src/cli/walk.ts": "export const walk = 1;\n",
      "src/drift/read.ts": 'import { walk } from "../cli/walk.ts";\nexport const a = walk;\n',
    };
    expect(rulesBroken(files, ["drift → cli"])).toContain("room");
  });

  test.each([
    ["postgres", "src/migrate/bad.ts"],
    ["execa", "src/dev/bad.ts"],
    ["commander", "src/ui/bad.ts"],
    ["chalk", "src/cli/bad.ts"],
    ["ora", "src/cli/bad.ts"],
    ["cli-table3", "src/cli/bad.ts"],
    ["zod", "src/migrate/plan.ts"],
    ["node:child_process", "src/dev/bad.ts"],
    ["left-pad", "src/cli/bad.ts"],
  ])("the package %s in %s", (name, file) => {
    expect(rulesBroken({ [file]: `import thing from "${name}";\nexport const a = thing;\n` })).toEqual([
      "package",
    ]);
  });

  test("rooms that import each other", () => {
    const files = {
      "src/drift/a.ts": 'import { b } from "../lint/b.ts";\nexport const a = b;\n',
      "src/lint/b.ts":
        'import type { c } from "../seed/c.ts";\nexport const b = 1;\nexport type C = typeof c;\n',
      "src/seed/c.ts": 'export const c = async () => import("../drift/a.ts");\n',
    };
    expect(rulesBroken(files, ["drift → lint", "lint → seed", "seed → drift"])).toEqual(["cycle"]);
  });

  test.each([
    ["a barrel", "src/drift/all.ts", 'export { VezaError } from "../kernel/error.ts";\n', "barrel"],
    ["a star", "src/drift/all.ts", 'export * from "../kernel/error.ts";\nexport const a = 1;\n', "barrel"],
    ["a default export", "src/drift/a.ts", "export default 1;\n", "default-export"],
    [
      "a default export by name",
      "src/drift/a.ts",
      "const a = 1;\nexport { a as default };\n",
      "default-export",
    ],
    ["camel case", "src/drift/readAll.ts", "export const a = 1;\n", "file-name"],
    ["a name that says nothing", "src/drift/string-utils.ts", "export const a = 1;\n", "file-name"],
    [
      "an import of nothing",
      "src/drift/a.ts",
      'import { b } from "./b.ts";\nexport const a = b;\n',
      "missing",
    ],
  ])("%s", (_name, file, text, rule) => {
    expect(rulesBroken({ [file]: text })).toEqual([rule]);
  });

  test("zod on the way of every command", () => {
    const bad: Sources = new Map([
      ["src/cli/run.ts", 'import { a } from "./a.ts";\nexport const run = a;\n'],
      ["src/cli/a.ts", 'import { z } from "zod";\nexport const a = z;\n'],
    ]);
    expect([...reachable(bad, ["src/cli/run.ts"])]).toContain("zod");
  });
});

/** The edges of the document's table, where it is written; else those above. */
function knownEdges(): Edge[] {
  const file = join(root, "docs", "architecture.md");
  const section = existsSync(file)
    ? /^#+ Edges between domains\n([\s\S]*?)(?=^#|(?![\s\S]))/m.exec(readFileSync(file, "utf8"))?.[1]
    : undefined;
  if (section === undefined) return Object.keys(edges).filter(isEdge);
  return section.split("\n").flatMap((line) => {
    const [, from, to] = /^\|\s*`?([a-z]+)`?\s*(?:→|->|\|)\s*`?([a-z]+)`?\s*\|\s*\S/.exec(line) ?? [];
    return from === undefined || to === undefined || from === "from" ? [] : [`${from} → ${to}` as const];
  });
}

function isEdge(text: string): text is Edge {
  return text.includes(" → ");
}

function readSources(folder: string, ending: string): Map<string, string> {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(ending)).map((name) => join(root, folder, name));
  return new Map(
    files.map((path) => [relative(root, path).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
  );
}
