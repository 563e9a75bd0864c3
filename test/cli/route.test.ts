/** Which command an argv leads to, and what is left for it. */
import { describe, expect, test } from "vitest";
import { registry } from "../../src/cli/registry.ts";
import { route } from "../../src/cli/route.ts";

function lead(argv: readonly string[]): unknown {
  const way = route(argv, registry);
  if (way.kind === "version") return "version";
  return way.kind === "help" ? ["help", ...way.path] : [way.path.join(" "), ...way.rest];
}

describe("leads to", () => {
  test.each([
    [[], ["help"]],
    [["--help"], ["help"]],
    [["--version"], "version"],
    [["-V"], "version"],
    [["migrate", "--version"], "version"],
    [["migrate", "status", "--version"], "version"],
    [["migrate", "--dry-run", "-V"], "version"],
    [
      ["migrate", "new", "--", "--version"],
      ["migrate new", "--", "--version"],
    ],
    [
      ["migrate", "-ojson", "status"],
      ["migrate status", "-ojson"],
    ],
    [["migrate"], ["migrate apply"]],
    [["migrate", "apply"], ["migrate apply"]],
    [["migrate", "status"], ["migrate status"]],
    [
      ["migrate", "--to", "x"],
      ["migrate apply", "--to", "x"],
    ],
    [
      ["migrate", "--dry-run", "status"],
      ["migrate apply", "--dry-run", "status"],
    ],
    [
      ["--json", "migrate", "status"],
      ["migrate status", "--json"],
    ],
    [
      ["--url", "migrate", "dev", "status"],
      ["dev status", "--url", "migrate"],
    ],
    [
      ["--url=migrate", "dev", "status"],
      ["dev status", "--url=migrate"],
    ],
    [
      ["-o", "json", "dev", "-q", "status", "--check"],
      ["dev status", "-o", "json", "-q", "--check"],
    ],
    [
      ["dev", "status", "dev"],
      ["dev status", "dev"],
    ],
    [["dev"], ["help", "dev"]],
    [
      ["dev", "--help"],
      ["help", "dev"],
    ],
    [
      ["migrate", "--help"],
      ["help", "migrate"],
    ],
    [
      ["help", "migrate", "status"],
      ["migrate status", "--help"],
    ],
    [["help"], ["help"]],
    [["--quiet"], ["help"]],
    [
      ["completion", "--", "--json"],
      ["completion", "--", "--json"],
    ],
  ])("%j", (argv, expected) => {
    expect(lead(argv)).toEqual(expected);
  });
});

describe("refuses", () => {
  test.each([
    [["migrat"], "Did you mean veza-db migrate?"],
    [["migrate", "stauts"], "Did you mean veza-db migrate status?"],
    [["dev", "--json", "upp"], "Did you mean veza-db dev up?"],
    [["zzzzzz"], "veza-db --help"],
    [["dev", "zzzzzz"], "veza-db dev --help"],
    [["--jsno", "migrate"], "Did you mean --json?"],
  ])("%j with a way out", (argv, hint) => {
    expect(() => lead(argv)).toThrow(
      expect.objectContaining({ exitCode: 2, hint: expect.stringContaining(hint) }),
    );
  });
});
