/** A wrong call ends with 2 before anything is done, says what is wrong on stderr alone, and offers the right word. */
import { describe, expect, test } from "vitest";
import { longName, takesValue } from "../../src/cli/flags.ts";
import { globalFlags } from "../../src/cli/globals.ts";
import { settingsTable } from "../../src/settings/table.ts";
import { at, call, parse } from "./support/call.ts";
import type { CallResult } from "./support/call.ts";
import { groups, mistyped, subjects } from "./support/commands.ts";

describe.each(subjects)("veza-db $name", ({ path, command, args, wrongCall }) => {
  const own = Object.values(command.flags ?? {}).map(({ flags }) => longName(flags));
  const settings = (command.settingFlags ?? []).map((name) => longName(settingsTable[name].flag ?? ""));

  test.each([...own, ...settings, "--json", "--url"])(
    "a flag near %s is unknown, and the right one is named",
    async (flag) => {
      const wrong = mistyped(flag);
      const result = await call([...path, ...args, wrong]);
      expectWrongCall(result, wrongCall);
      expect(result.stderr).toContain(`error: Unknown flag ${wrong}.`);
      expect(result.stderr).toMatch(/hint: Did you mean --[a-z-]+\?/);
      const document = errorOf(await call([...path, ...args, "--json", wrong]), wrongCall);
      expect(document).toMatchObject({ code: "cli.unknown-flag", exitCode: wrongCall });
    },
  );

  test("a flag near none is unknown too", async () => {
    const result = await call([...path, ...args, "--xyzzy-plugh"]);
    expectWrongCall(result, wrongCall);
    expect(result.stderr).toContain("--help");
  });

  const typed = Object.values(command.flags ?? {}).filter(({ flags }) => takesValue(flags));
  test.each(typed.map((flag) => [longName(flag.flags), flag] as const))(
    "a bad value of %s",
    async (name, { parse: read }) => {
      const bad = ["", "no such value", "-1", "999999999999x"].filter((text) => read(text) === undefined);
      expect(bad, "a flag without any bad value is no typed flag").not.toEqual([]);
      for (const text of bad) {
        const result = await call([...path, ...args, `${name}=${text}`]);
        expectWrongCall(result, wrongCall);
        expect(result.stderr).toContain(name);
      }
    },
  );

  const typedSettings = (command.settingFlags ?? []).filter(
    (name) => settingsTable[name].type.parse("no such value") === undefined,
  );
  test.each(typedSettings)("a bad value of the setting %s", async (name) => {
    const { flag = "", env, key } = settingsTable[name];
    const byFlag = await call([...path, ...args, `${longName(flag)}=no such value`]);
    expectWrongCall(byFlag, wrongCall);
    expect(byFlag.stderr).toContain(longName(flag));
    const [variable = key] = env;
    const byVariable = await call([...path, ...args], { env: { [variable]: "no such value" } });
    expectWrongCall(byVariable, wrongCall);
    expect(byVariable.stderr).toContain(variable);
  });

  test.each([
    ...typed.map(({ flags }) => longName(flags)),
    ...settings,
    "--url",
    "--output",
    "--config",
    "--env-file",
    "--file",
  ])("%s without its value", async (name) => {
    const result = await call([...path, ...args, name]);
    expectWrongCall(result, wrongCall);
    expect(result.stderr).toContain(name);
  });

  const declared = command.args ?? [];
  // Tests that a command gives no cause for are not made, rather than skipped.
  if (!declared.some(({ name }) => name.includes("..."))) {
    test("too many arguments", async () => {
      expectWrongCall(
        await call([...path, ...declared.map(() => args[0] ?? "something"), "one-more"]),
        wrongCall,
      );
    });
  }
  if (args.length > 0) {
    test("too few arguments", async () => {
      const result = await call([...path, ...args.slice(1)]);
      expectWrongCall(result, wrongCall);
      expect(result.stderr).toMatch(/error: The argument <.+> is missing\./);
    });
  }

  test("a form that it does not have", async () => {
    const result = await call([...path, ...args, "-o", "papyrus"]);
    expectWrongCall(result, wrongCall);
    expect(result.stderr).toContain("human, json, csv, markdown");
    expect(errorOf(await call([...path, ...args, "--json", "-o", "csv"]), wrongCall)).toMatchObject({
      code: "cli.two-forms",
    });
  });

  test("a settings file and an environment file that are not there", async () => {
    for (const flag of ["--config", "--env-file"]) {
      const result = await call([...path, ...args, flag, "nowhere/to-be-found"]);
      expectWrongCall(result, wrongCall);
      expect(result.stderr).toContain("nowhere/to-be-found");
    }
  });

  test("two databases", async () => {
    expectWrongCall(
      await call([...path, ...args, "--embedded", "--url", "postgresql://u@127.0.0.1:1/d"]),
      wrongCall,
    );
  });
});

describe.each(groups)("below veza-db $path", ({ path, group }) => {
  test.each(group.children.filter(({ name }) => name.length > 2).map(({ name }) => name))(
    "a word near %s",
    async (name) => {
      const wrong = mistyped(name);
      const result = await call([...path, wrong]);
      expectWrongCall(result);
      expect(result.stderr).toContain(`error: Unknown command: ${["veza-db", ...path, wrong].join(" ")}`);
      expect(result.stderr).toMatch(
        new RegExp(`hint: Did you mean ${["veza-db", ...path].join(" ")} [a-z-]+\\?`),
      );
      expect(errorOf(await call(["--json", ...path, wrong]))).toMatchObject({
        code: "cli.unknown-command",
        exitCode: 2,
      });
    },
  );

  test("a word near none", async () => {
    const result = await call([...path, "xyzzyplugh"]);
    expectWrongCall(result);
    expect(result.stderr).toContain(`hint: ${["veza-db", ...path].join(" ")} --help`);
  });
});

test.each(globalFlags.map(({ flags }) => longName(flags)))(
  "a word near the global flag %s, ahead of any command",
  async (flag) => {
    const result = await call([mistyped(flag)]);
    expectWrongCall(result);
    expect(result.stderr).toMatch(/hint: Did you mean --[a-z-]+\?/);
  },
);

test("no command at all shows the help", async () => {
  const { code, stdout, stderr } = await call([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Commands:");
});

function expectWrongCall({ code, stdout, stderr }: CallResult, wrongCall = 2): void {
  expect({ code, stdout }, stderr).toEqual({ code: wrongCall, stdout: "" });
  expect(stderr).toMatch(/^error: .+\n/);
  expect(stderr).toMatch(/^hint:/m);
}

function errorOf({ code, stdout, stderr }: CallResult, wrongCall = 2): unknown {
  expect({ code, stdout }).toEqual({ code: wrongCall, stdout: "" });
  const document = parse(stderr);
  expect(at(document, "schema")).toBe("veza-db/error@1");
  return at(document, "error");
}
