/** Every error code of the source stands in docs/errors.md, and every one that stands there exists. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Codes as they are written: `code: "a.b"`, `usageError("a.b"`, and either side of a choice between two. */
const written =
  /(?:\bcode:|\w*[eE]rror\()\s*(?:[^",;]*\?\s*)?"([a-z-]+\.[a-z0-9-]+)"(?:\s*:\s*"([a-z-]+\.[a-z0-9-]+)")?/g;
/** Codes that are put together (`migrate.${kind}`) or chosen by a condition that holds quotes itself. */
const composed = [
  "connection.privilege-missing",
  "connection.query-failed",
  "migrate.checksum-mismatch",
  "migrate.late",
  "migrate.missing",
];

function codesOfSource(): Set<string> {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const codes = files.flatMap((name) =>
    [...readFileSync(join(root, "src", name), "utf8").matchAll(written)].flatMap(([, first, second]) => [
      first,
      second,
    ]),
  );
  return new Set([...codes, ...composed].filter((code) => code !== undefined));
}

function codesOfDocument(): Set<string> {
  const text = readFileSync(join(root, "docs", "errors.md"), "utf8");
  return new Set([...text.matchAll(/^\| `([a-z-]+\.[a-z0-9-]+)` \|/gm)].map(([, code = ""]) => code));
}

test("docs/errors.md lists the codes that there are, no more and no fewer", () => {
  const source = codesOfSource();
  const document = codesOfDocument();
  expect(source.size).toBeGreaterThan(60);
  expect(
    [...source].filter((code) => !document.has(code)),
    "not in docs/errors.md",
  ).toEqual([]);
  expect(
    [...document].filter((code) => !source.has(code)),
    "in docs/errors.md, but nowhere in src/",
  ).toEqual([]);
});
