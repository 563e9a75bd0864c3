/** `--help` of every command says what the contract promises, and needs no database for it. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { longName } from "../../src/cli/flags.ts";
import { globalFlags } from "../../src/cli/globals.ts";
import { settingsTable } from "../../src/settings/table.ts";
import { call } from "./support/call.ts";
import { groups, subjects } from "./support/commands.ts";

describe.each(subjects)("veza-db $name --help", ({ path, leaf, command, args }) => {
  test("has summary, usage, flags with defaults, examples and exit codes, on stdout alone", async () => {
    const { code, stdout, stderr } = await call([...path, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.startsWith(`${leaf.summary}.\n`)).toBe(true);
    expect(section(stdout, "Usage")).toContain(`veza-db ${path.join(" ")}`);
    const flags = section(stdout, "Flags").split("\n");
    for (const { flags: written, summary, shownDefault } of Object.values(command.flags ?? {})) {
      const line = flags.find((text) => text.trimStart().startsWith(`${written} `));
      expect(line).toContain(summary);
      if (shownDefault !== undefined) expect(line).toContain(`(default: ${shownDefault})`);
    }
    for (const name of command.settingFlags ?? []) {
      const { flag = "no flag", default: value } = settingsTable[name];
      const line = flags.find((text) => text.trimStart().startsWith(`${flag} `));
      expect(line, flag).toBeDefined();
      if (value !== undefined) expect(line).toMatch(/\(default: .+\)$/);
    }
    const shown = section(stdout, "Global flags");
    for (const { flags: written } of globalFlags) expect(shown).toContain(written);
    expect(section(stdout, "Examples").split("\n").length).toBeGreaterThanOrEqual(2);
    const exits = section(stdout, "Exit codes")
      .split("\n")
      .map((line) => Number.parseInt(line, 10));
    const { exitConvention, exits: own } = command;
    const codes =
      exitConvention === undefined
        ? [0, 2, 70, ...own]
        : [...Object.keys(exitConvention.meanings).map(Number), ...own];
    expect(exits).toEqual([...new Set(codes)].toSorted((a, b) => a - b));
  });

  test("asks for nothing else, wherever the flag stands", async () => {
    const { stdout } = await call([...path, "--help"]);
    for (const argv of [
      ["--help", ...path],
      ["help", ...path],
      [...path, "-h"],
      [...path, ...args, "--help"],
    ]) {
      expect(await call(argv)).toEqual({ code: 0, stdout, stderr: "" });
    }
  });

  test("every example names this command and only flags that there are", async () => {
    const known = new Set([
      ...Object.values(command.flags ?? {}).flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []),
      ...(command.settingFlags ?? []).map((name) => longName(settingsTable[name].flag ?? "")),
      ...globalFlags.flatMap(({ flags }) => flags.match(/--[a-z-]+/g) ?? []),
    ]);
    const group = path.slice(0, -1).join(" ");
    for (const { command: line, summary } of command.examples) {
      expect(summary).not.toBe("");
      // A default subcommand is shown by its group's name, as people call it.
      expect(
        line.includes(`veza-db ${path.join(" ")}`) || (group !== "" && line.includes(`veza-db ${group}`)),
        line,
      ).toBe(true);
      // Some flags exist only once the call's own words are read: the parameters of a query.
      if (command.dynamicFlags !== undefined) continue;
      const own = line.slice(line.lastIndexOf("veza-db")).split(/[|>&)]/)[0] ?? "";
      // Where flags depend on the call's words, the help of that call lists them; the examples are of the platform.
      const dynamic =
        command.dynamicFlags === undefined
          ? []
          : await flagsOfCall([...path, own.split(" ")[path.length + 1] ?? ""]);
      for (const flag of own.match(/--[a-z][a-z-]*/g) ?? [])
        expect([...known, ...dynamic], line).toContain(flag);
    }
  });
});

test.each(groups)("the help of the group $path lists every child", async ({ path, group }) => {
  const { code, stdout, stderr } = await call([...path, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = section(stdout, "Commands")
    .split("\n")
    .map((line) => line.trim());
  for (const { name, summary } of group.children) {
    expect(
      lines.some((line) => line.startsWith(`${name} `) && line.includes(summary)),
      name,
    ).toBe(true);
  }
  expect(section(stdout, "Exit codes")).not.toBe("");
  expect(section(stdout, "Examples").split("\n").length).toBeGreaterThanOrEqual(2);
});

test("a summary is one line that begins with a capital and ends without a stop", () => {
  for (const { name, leaf } of subjects) expect(leaf.summary, name).toMatch(/^[A-Z][^\n]*[^.\n]$/);
});

test("help fits a terminal of 80 columns, but for what is to be copied", async () => {
  for (const { path } of [...subjects, ...groups]) {
    const { stdout } = await call([...path, "--help"]);
    const copied = new Set([
      ...section(stdout, "Examples").split("\n"),
      ...section(stdout, "Usage").split("\n"),
    ]);
    const wide = stdout.split("\n").filter((line) => line.length > 80);
    expect(wide.filter((line) => ![...copied].some((entry) => entry.startsWith(line)))).toEqual([]);
  }
});

test.each([["--version"], ["-V"]])("%s prints the version and nothing else", async (flag) => {
  const { code, stdout, stderr } = await call([flag]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
});

/** The entries of a section, an entry a line however it was wrapped. */
async function flagsOfCall(words: readonly string[]): Promise<string[]> {
  const { stdout } = await call([...words, "--help"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  return section(stdout, "Flags").match(/(?<=^ *)--[a-z-]+/gm) ?? [];
}

function section(help: string, title: string): string {
  const lines = new RegExp(`^${title}:\\n((?:  .*\\n?)*)`, "m").exec(help)?.[1] ?? "";
  return lines.trimEnd().replace(/\n {3,}/g, " ");
}
