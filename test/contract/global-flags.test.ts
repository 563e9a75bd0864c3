/** Global flags stand before the command, between its words or after it; a default subcommand takes its flags bare. */
import { describe, expect, test } from "vitest";
import { longName, takesValue } from "../../src/cli/flags.ts";
import { globalFlags } from "../../src/cli/globals.ts";
import { at, call, emptyFolder, parse } from "./support/call.ts";
import { groups, subjects } from "./support/commands.ts";

describe.each(subjects)("veza-db $name", ({ path, args, wrongCall }) => {
  // A form that no command has ends the call before it does anything, and shows that the flag was read where it stood.
  const places = Array.from({ length: path.length + 1 }, (_, index) => index);
  test.each(places)("takes a global flag after %i of its words", async (index) => {
    for (const written of [["-o", "papyrus"], ["--output", "papyrus"], ["--output=papyrus"]]) {
      const { code, stdout, stderr } = await call([
        ...path.slice(0, index),
        ...written,
        ...path.slice(index),
        ...args,
      ]);
      expect({ code, stdout }).toEqual({ code: wrongCall, stdout: "" });
      expect(stderr).toContain('not "papyrus"');
    }
  });

  test("takes every global flag, wherever it stands", async () => {
    const words = globalFlags
      .filter(
        ({ flags }) =>
          !["--help", "--version", "--json", "--embedded"].includes(flags) && !flags.includes("--output"),
      )
      .flatMap(({ flags }) => (takesValue(flags) ? [longName(flags), "some-value"] : [longName(flags)]));
    for (const argv of [
      [...words, ...path, ...args],
      [...path, ...words, ...args],
      [...path, ...args, ...words],
    ]) {
      const { code, stdout, stderr } = await call([...argv, "-o", "papyrus"]);
      expect({ code, stdout }).toEqual({ code: wrongCall, stdout: "" });
      expect(stderr).toContain('not "papyrus"');
    }
  });

  test("speaks JSON wherever --json stands", async () => {
    for (const argv of [
      ["--json", ...path, ...args],
      [...path, "--json", ...args],
      [...path, ...args, "--json"],
    ]) {
      const { code, stdout, stderr } = await call([...argv, "--config", "nowhere.json"]);
      expect({ code, stdout }).toEqual({ code: wrongCall, stdout: "" });
      expect(at(parse(stderr), "error", "code")).toBe("settings.file-missing");
    }
  });
});

const withDefault = groups.filter(({ group }) => group.fallback !== undefined);

describe.each(withDefault)("the default subcommand of $path", ({ path, group }) => {
  const standIn = subjects.find(({ name }) => name === [...path, group.fallback].join(" "));
  const own = Object.values(standIn?.command.flags ?? {}).map(({ flags }) => flags);

  test("takes its flags bare", async () => {
    const cwd = emptyFolder();
    for (const flags of own) {
      const words = takesValue(flags) ? [longName(flags), "1"] : [longName(flags)];
      const [bare, named] = [
        await call([...path, ...words], { cwd }),
        await call([...path, group.fallback ?? "", ...words], { cwd }),
      ];
      expect(bare).toEqual(named);
      expect(bare.stderr).not.toContain("Unknown flag");
    }
  });

  test("swallows no flag of its siblings'", async () => {
    const siblings = subjects.filter(
      ({ path: other }) =>
        other.length === path.length + 1 && other.slice(0, -1).join(" ") === path.join(" "),
    );
    for (const { name, path: other, command } of siblings) {
      for (const { flags } of Object.values(command.flags ?? {})) {
        if (own.some((known) => longName(known) === longName(flags)) || other.at(-1) === group.fallback)
          continue;
        const { code, stdout, stderr } = await call([...path, longName(flags)]);
        expect({ code, stdout }, `${name} ${flags}`).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(`Unknown flag ${longName(flags)}`);
        expect(stderr, "the hint names the sibling that has the flag").toContain(
          `veza-db ${path.join(" ")} `,
        );
      }
    }
  });

  test("a slip in a sibling's flag names the call that was meant", async () => {
    const { code, stderr } = await call(["migrate", "--chek"]);
    expect(code).toBe(2);
    expect(stderr).toContain("hint: Did you mean veza-db migrate status --check?");
    expect((await call(["migrate", "--dry-rn"])).stderr).toContain("hint: Did you mean --dry-run?");
  });

  test("is not taken for a flag's owner when a sibling is named", async () => {
    for (const { path: other, command, args, wrongCall } of subjects) {
      if (
        other.length !== path.length + 1 ||
        !other.join(" ").startsWith(`${path.join(" ")} `) ||
        other.at(-1) === group.fallback
      )
        continue;
      const known = [...Object.values(command.flags ?? {}).map(({ flags }) => longName(flags))];
      for (const flags of own.filter((written) => !known.includes(longName(written)))) {
        const { code, stderr } = await call([...other, ...args, longName(flags)]);
        expect({ code, stderr: stderr.split("\n")[0] }).toEqual({
          code: wrongCall,
          stderr: `error: Unknown flag ${longName(flags)}.`,
        });
      }
    }
  });
});

test("migrate is the default's group, or the tests above walk nothing", () => {
  expect(withDefault.map(({ path }) => path.join(" "))).toContain("migrate");
});

test("what follows -- is an argument, whatever it looks like", async () => {
  const { code, stderr } = await call(["completion", "--", "--json"]);
  expect(code).toBe(2);
  expect(stderr).toContain('not for "--json"');
});
