/** Colour is off when the stream is no terminal, under NO_COLOR, TERM=dumb or --no-color; FORCE_COLOR stands in for a terminal. */
import { describe, expect, test, vi } from "vitest";
import { call } from "./support/call.ts";
import type { CallOptions } from "./support/call.ts";
import { groups, subjects } from "./support/commands.ts";

// Which programs there are is another test's affair, and looking costs more than all the rest.
vi.mock("../../src/doctor/read-programs.ts", () => ({ readPrograms: async () => [] }));

const escape = "\u001b";

interface Case {
  readonly name: string;
  readonly terminal: NonNullable<CallOptions["terminal"]>;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly isColoured: boolean;
}

const cases: readonly Case[] = [
  { name: "a terminal", terminal: "all", isColoured: true },
  { name: "no terminal", terminal: "none", isColoured: false },
  { name: "NO_COLOR", terminal: "all", env: { NO_COLOR: "1" }, isColoured: false },
  { name: "NO_COLOR that says nothing", terminal: "all", env: { NO_COLOR: "" }, isColoured: true },
  { name: "TERM=dumb", terminal: "all", env: { TERM: "dumb" }, isColoured: false },
  { name: "--no-color", terminal: "all", flags: ["--no-color"], isColoured: false },
  { name: "FORCE_COLOR without a terminal", terminal: "none", env: { FORCE_COLOR: "1" }, isColoured: true },
  { name: "FORCE_COLOR=0 on a terminal", terminal: "all", env: { FORCE_COLOR: "0" }, isColoured: false },
  {
    name: "FORCE_COLOR against --no-color",
    terminal: "all",
    env: { FORCE_COLOR: "1" },
    flags: ["--no-color"],
    isColoured: false,
  },
  {
    name: "FORCE_COLOR against NO_COLOR",
    terminal: "all",
    env: { FORCE_COLOR: "1", NO_COLOR: "1" },
    isColoured: false,
  },
];

describe.each(cases)("$name", ({ terminal, env = {}, flags = [], isColoured }) => {
  test("on stdout", async () => {
    const { stdout } = await call(["init", ...flags], { terminal, env });
    expect(stdout.includes(escape)).toBe(isColoured);
  });

  test.each(subjects)("on stderr of $name", async ({ path, args }) => {
    // Refused before anything runs, which is enough to see how an error is drawn.
    const { stderr } = await call([...path, ...args, ...flags, "--config", "nowhere.json"], {
      terminal,
      env,
    });
    expect(stderr).toContain("nowhere.json");
    expect(stderr.includes(escape)).toBe(isColoured);
  });
});

test("each stream decides for itself", async () => {
  const onlyOut = await call(["init"], { terminal: "stdout" });
  expect(onlyOut.stdout).toContain(escape);
  const onlyErr = await call(["init", "--config", "nowhere.json"], { terminal: "stdout" });
  expect(onlyErr.stderr).not.toContain(escape);
  expect((await call(["init", "--config", "nowhere.json"], { terminal: "stderr" })).stderr).toContain(escape);
});

test("JSON, CSV and Markdown are never coloured", async () => {
  for (const form of ["json", "csv", "markdown"]) {
    const { stdout } = await call(["doctor", "-o", form], { terminal: "all", env: { FORCE_COLOR: "1" } });
    expect(stdout).not.toContain(escape);
  }
});

test("help is plain text", async () => {
  for (const { path } of [...subjects, ...groups]) {
    expect(
      (await call([...path, "--help"], { terminal: "all", env: { FORCE_COLOR: "1" } })).stdout,
    ).not.toContain(escape);
  }
});
