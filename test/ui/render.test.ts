/** One view in every form: for people, as CSV, as Markdown, as JSON. */
import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { renderCsv } from "../../src/ui/csv.ts";
import { renderFailure } from "../../src/ui/failure.ts";
import { renderHuman } from "../../src/ui/human.ts";
import { renderJson, renderJsonError } from "../../src/ui/json.ts";
import { renderMarkdown } from "../../src/ui/markdown.ts";
import { oneLine, printable, truncate } from "../../src/ui/printable.ts";
import { plainStyle, styleFor } from "../../src/ui/style.ts";
import { heading, hint, pairs, sql, table, text } from "../../src/ui/view.ts";
import type { Block } from "../../src/ui/view.ts";

const people = async (...blocks: readonly Block[]): Promise<string> => renderHuman(blocks, plainStyle, 80);

const nasty = "a\u001b[31mred\u0007\u202eflip|`*_<b>\r\nnext";

describe("for people", () => {
  test("a heading keeps its distance, but not at the top", async () => {
    expect(await people(heading("One"), text("x"), heading("Two"), text("y"))).toBe("One\nx\n\nTwo\ny\n");
  });

  test("nothing is nothing", async () => {
    expect(await people()).toBe("");
  });

  test("names and values stand in two columns", async () => {
    expect(
      await people(
        pairs([
          ["url", "postgres://x"],
          ["longer name", "y"],
        ]),
      ),
    ).toBe("url          postgres://x\nlonger name  y\n");
  });

  test("a table has no line at whose end blanks stand, and fits the width", async () => {
    const lines = (
      await people(
        table(
          ["name", { name: "size", align: "right" }],
          [
            ["short", 1],
            ["a text ".repeat(30), 12_345],
          ],
        ),
      )
    )
      .trimEnd()
      .split("\n");
    for (const line of lines) expect(line).toBe(line.trimEnd());
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toMatch(/…\s+12345$/);
  });

  test("a pipe cuts nothing", async () => {
    const long = "x".repeat(500);
    expect(await renderHuman([table(["name"], [[long]])], plainStyle, Number.MAX_SAFE_INTEGER)).toContain(
      long,
    );
  });

  test("no text of the database's can draw on the terminal", async () => {
    const shown = await people(
      text(nasty),
      heading(nasty),
      pairs([[`k`, nasty]]),
      table(["c"], [[nasty]]),
      sql(nasty),
      hint(nasty),
    );
    // oxlint-disable-next-line no-control-regex -- naming control characters is the point here
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/);
    expect(shown).toContain("\\u001b[31m");
  });

  test("tones are colours where there are colours", async () => {
    const style = await styleFor({ isTerminal: true, env: {}, isRefused: false });
    expect(await renderHuman([text("fine", "good"), text("plain")], style, 80)).toBe(
      "\u001b[32mfine\u001b[39m\nplain\n",
    );
  });
});

describe("as CSV", () => {
  test("tables alone, quoted where they must be, with CRLF", () => {
    const blocks = [
      text("not this"),
      table(
        ["a", "b,c"],
        [
          ['say "x"', "two\nlines"],
          [null, true],
        ],
      ),
      hint("nor this"),
      table(["d"], [[1]]),
    ];
    expect(renderCsv(blocks)).toBe('a,"b,c"\r\n"say ""x""","two\nlines"\r\n,true\r\n\r\nd\r\n1\r\n');
  });

  test("no table is no text", () => {
    expect(renderCsv([text("x")])).toBe("");
  });
});

describe("as Markdown", () => {
  test("every kind of block", () => {
    const blocks = [
      heading("Title"),
      text("x"),
      pairs([["k", "v"]]),
      table(["a", { name: "n", align: "right" }], [["y", 1]]),
      sql("SELECT 1;\n"),
      hint("veza-db migrate"),
    ];
    expect(renderMarkdown(blocks)).toBe(
      [
        "## Title",
        "x",
        "- **k**: v",
        "| a | n |\n| --- | ---: |\n| y | 1 |",
        "```sql\nSELECT 1;\n```",
        "Next: `veza-db migrate`",
      ].join("\n\n") + "\n",
    );
  });

  test("what a cell holds cannot break the table, nor be taken for markup", () => {
    const row = renderMarkdown([table(["c"], [[nasty]])]).split("\n")[2] ?? "";
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(2);
    expect(row).toContain("\\`\\*\\_\\<b\\>");
    expect(renderMarkdown([sql("```\n````")])).toContain("`````sql");
  });
});

describe("as JSON", () => {
  test("one document with the full path, the data and the warnings", () => {
    expect(JSON.parse(renderJson(["migrate", "apply"], { applied: [] }, ["careful"]))).toEqual({
      schema: "veza-db/migrate.apply@1",
      data: { applied: [] },
      warnings: ["careful"],
    });
  });

  test("a failure has code, message, exit code and its facts beside them", () => {
    const error = new VezaError({
      code: "x.y",
      ending: "failed",
      message: "m",
      hint: "h",
      state: "s",
      facts: { sqlstate: "42P01", applied: ["1"], state: "partial" },
    });
    expect(JSON.parse(renderJsonError(error, []))).toEqual({
      schema: "veza-db/error@1",
      error: {
        code: "x.y",
        message: "m",
        hint: "h",
        exitCode: 5,
        stateText: "s",
        sqlstate: "42P01",
        applied: ["1"],
        state: "partial",
      },
    });
    expect(JSON.parse(renderJsonError(error, ["careful"]))).toMatchObject({ warnings: ["careful"] });
  });
});

describe("a failure for people", () => {
  test("error, detail, hint and, last, the state of things", () => {
    const error = new VezaError({
      code: "x",
      ending: "failed",
      message: "m",
      detail: "d",
      hint: "h",
      state: "Rolled back.",
    });
    expect(renderFailure(error, plainStyle)).toBe("error: m\ndetail: d\nhint: h\nRolled back.\n");
    expect(
      renderFailure(error.with({ detail: undefined, hint: undefined, state: undefined }), plainStyle),
    ).toBe("error: m\n");
  });

  test("several lines stand below their label, so that a caret keeps its column", () => {
    const error = new VezaError({
      code: "x",
      ending: "failed",
      message: "m",
      detail: "SELECT 1 +\n         ^",
    });
    expect(renderFailure(error, plainStyle)).toBe("error: m\ndetail:\nSELECT 1 +\n         ^\n");
  });

  test("cannot draw on the terminal", () => {
    const error = new VezaError({
      code: "x",
      ending: "failed",
      message: nasty,
      detail: nasty,
      hint: nasty,
      state: nasty,
    });
    expect(renderFailure(error, plainStyle)).not.toMatch(/[\u001b\u0007\u202e\r]/);
  });
});

describe("texts", () => {
  test.each([
    ["a\nb\tc", "a\nb\tc"],
    ["\u0000\u001b\u009b\u007f", "\\u0000\\u001b\\u009b\\u007f"],
    ["\u200e\u2066x\u2069", "\\u200e\\u2066x\\u2069"],
    ["naïve 日本 🐘", "naïve 日本 🐘"],
  ])("%j is printed as %j", (content, expected) => {
    expect(printable(content)).toBe(expected);
  });

  test("on one line", () => {
    expect(oneLine("  a\r\n\t b  ")).toBe("a b");
  });

  test.each([
    ["short", 10, "short"],
    ["exactly ten", 11, "exactly ten"],
    ["cut at a word here", 12, "cut at a…"],
    ["cutinthemiddleofit", 8, "cutinth…"],
    ["日本語日本語", 5, "日本…"],
  ])("%j in %i columns", (content, width, expected) => {
    expect(truncate(content, width)).toBe(expected);
  });
});
