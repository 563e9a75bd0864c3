/** The completions know every command, every flag and every value; bash is asked itself, zsh and fish where they are. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { longName } from "../../src/cli/flags.ts";
import { globalFlags } from "../../src/cli/globals.ts";
import { settingsTable } from "../../src/settings/table.ts";
import { skipUnless } from "../support/skip.ts";
import { call, emptyFolder } from "./support/call.ts";
import { groups, subjects } from "./support/commands.ts";

const shells = ["bash", "zsh", "fish"] as const;
const scripts = new Map(
  await Promise.all(
    shells.map(async (shell) => [shell, (await call(["completion", shell])).stdout] as const),
  ),
);

/** The long flags of each command, as its own data says them. */
const flagsOf = new Map(
  subjects.map(({ name, command }) => [
    name,
    [
      ...Object.values(command.flags ?? {}).map(({ flags }) => longName(flags)),
      ...(command.settingFlags ?? []).map((setting) => longName(settingsTable[setting].flag ?? "")),
      ...globalFlags.map(({ flags }) => longName(flags)),
    ],
  ]),
);

const folder = emptyFolder();
for (const name of ["one-folder", "two folders"]) mkdirSync(join(folder, name));
for (const name of ["one-file.json", "a file.sql"]) writeFileSync(join(folder, name), "");

describe.each(shells)("the script for %s", (shell) => {
  test.runIf(
    skipUnless(isInstalled(shell), `${shell} is not installed; its script is looked at as text alone`),
  )("is read by the shell without a complaint", () => {
    const { status, stderr } = spawnSync(shell, ["-n", fileOf(scripts.get(shell) ?? "")], {
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("names every command and every flag", () => {
    const script = scripts.get(shell) ?? "";
    for (const { path } of subjects) for (const word of path) expect(script).toContain(word);
    for (const flags of flagsOf.values())
      for (const flag of flags) expect(script).toContain(shell === "fish" ? `-l ${flag.slice(2)}` : flag);
  });

  test("is printed whole, and nothing else", () => {
    expect(scripts.get(shell)).toMatch(/^#/);
    expect(scripts.get(shell)).toMatch(/[^\n]\n$/);
  });
});

test("under --json the script is a field", async () => {
  const { stdout } = await call(["completion", "fish", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "veza-db/completion@1",
    data: { shell: "fish", script: scripts.get("fish") },
  });
});

test.each(["sh", "bsh", "powershell"])("there is none for %s", async (shell) => {
  const { code, stdout, stderr } = await call(["completion", shell]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^hint:/m);
});

/** How each shell is asked for what it would offer after some words, the last one half typed. */
const asking = {
  bash: (lines: readonly (readonly string[])[]) => askInBash(lines),
  fish: (lines: readonly (readonly string[])[]) => askInFish(lines),
} as const;

describe.each(["bash", "fish"] as const)("%s offers", (shell) => {
  const isThere = skipUnless(
    isInstalled(shell),
    `${shell} is not installed, so it cannot be asked what it would offer`,
  );
  const ask = (...lines: readonly (readonly string[])[]): string[][] => asking[shell](lines);

  test.runIf(isThere)("the children of every group", () => {
    const offered = ask(...groups.map(({ path }) => [...path, ""]));
    groups.forEach(({ group }, index) => {
      expect(offered[index]?.toSorted()).toEqual(group.children.map(({ name }) => name).toSorted());
    });
  });

  test.runIf(isThere)("every flag of every command", () => {
    const offered = ask(...subjects.map(({ path }) => [...path, "--"]));
    subjects.forEach(({ name }, index) => {
      expect(new Set(offered[index])).toEqual(new Set(flagsOf.get(name)));
    });
  });

  test.runIf(isThere)("the flags of the default subcommand after its group's name", () => {
    const [offered] = ask(["migrate", "--dry"]);
    expect(offered).toEqual(["--dry-run"]);
  });

  test.runIf(isThere)("the values of a flag, and nothing for one that takes anything", () => {
    const choices = subjects.flatMap(({ path, command }) =>
      Object.values(command.flags ?? {}).flatMap(({ flags, choices: words }) =>
        words === undefined ? [] : [{ line: [...path, longName(flags), ""], words }],
      ),
    );
    const offered = ask(
      ...choices.map(({ line }) => line),
      ["migrate", "plan", "-o", ""],
      ["migrate", "--url", ""],
    );
    choices.forEach(({ words }, index) => expect(offered[index]?.toSorted()).toEqual(words.toSorted()));
    expect(offered.at(-2)).toContain("markdown");
    expect(offered.at(-1)).toEqual([]);
  });

  test.runIf(isThere)("the arguments that can be counted", () => {
    expect(ask(["completion", ""])[0]?.toSorted()).toEqual(["bash", "fish", "zsh"]);
  });

  test.runIf(isThere)("the right place although global flags and their values stand between", () => {
    const [after, value, between] = ask(
      ["--url", "migrate", "dev", ""],
      ["--quiet", "--url=dev", "migrate", "st"],
      ["migrate", "--env-file", "dev", "st"],
    );
    expect(after).toContain("reset");
    expect(value).toEqual(["status"]);
    expect(between).toEqual(["status"]);
  });

  test.runIf(isThere)("files for a path, folders for a folder, names with blanks whole", () => {
    const [files, folders] = ask(["migrate", "--config", ""], ["init", ""]);
    const bare = (names: readonly string[] | undefined): string[] =>
      (names ?? []).map((name) => name.replace(/\/$/, "")).toSorted();
    expect(bare(files)).toEqual(["a file.sql", "one-file.json", "one-folder", "two folders"]);
    expect(bare(folders)).toEqual(["one-folder", "two folders"]);
  });
});

test.runIf(skipUnless(isInstalled("bash"), "bash is not installed"))(
  "bash completes a value behind =, which it takes for three words",
  () => {
    const [whole, begun, ownFlag] = askInBash([
      ["migrate", "plan", "--output", "=", ""],
      ["migrate", "plan", "--output", "=", "ma"],
      ["init", "--ci", "=", "gith"],
    ]);
    expect(whole).toContain("json");
    expect(begun).toEqual(["markdown"]);
    expect(ownFlag).toEqual(["github"]);
  },
);

function askInBash(lines: readonly (readonly string[])[]): string[][] {
  const questions = lines.map((words) => {
    const all = ["veza-db", ...words];
    return `COMP_WORDS=(${all.map(quote).join(" ")}); COMP_CWORD=${all.length - 1}; _veza_db; printf '%s\\n' "\${COMPREPLY[@]}"; echo ---`;
  });
  return answers("bash", ["--noprofile", "--norc"], [scripts.get("bash") ?? "", ...questions].join("\n"));
}

function askInFish(lines: readonly (readonly string[])[]): string[][] {
  const questions = lines.map(
    (words) => `complete -C ${quote(`veza-db ${words.join(" ")}`)} | string split -f1 \\t; echo ---`,
  );
  return answers("fish", ["--no-config"], [scripts.get("fish") ?? "", ...questions].join("\n"));
}

function answers(shell: string, args: readonly string[], script: string): string[][] {
  const { stdout, stderr } = spawnSync(shell, [...args, fileOf(script)], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: emptyFolder() },
  });
  expect(stderr).toBe("");
  return stdout
    .split("---\n")
    .slice(0, -1)
    .map((answer) => answer.split("\n").filter((word) => word !== ""));
}

function fileOf(script: string): string {
  const file = join(emptyFolder(), "script");
  writeFileSync(file, script);
  return file;
}

function quote(word: string): string {
  return `'${word}'`;
}

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}
