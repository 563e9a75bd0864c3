/** What is said while a run works, and to whom: lines for people, nothing for programs, no picture without a terminal. */
import { describe, expect, test } from "vitest";
import { createReporter } from "../../src/ui/progress.ts";
import type { Reporter, ReporterOptions } from "../../src/ui/progress.ts";
import { plainStyle } from "../../src/ui/style.ts";

function said(work: (report: Reporter) => void, parts: Partial<ReporterOptions> = {}): string {
  let content = "";
  const report = createReporter({
    write: (text) => (content += text),
    style: plainStyle,
    isTerminal: false,
    isSilent: false,
    isVerbose: false,
    isEchoing: false,
    ...parts,
  });
  work(report);
  report.stop();
  return content;
}

const everything = (report: Reporter): void => {
  report.working("working");
  report.line("line");
  report.verbose("verbose");
  report.echo("SELECT 1;\n");
};

describe("a reporter", () => {
  test("prints lines, and more where more is asked for", () => {
    expect(said(everything)).toBe("line\n");
    expect(said(everything, { isVerbose: true })).toBe("line\nverbose\n");
    expect(said(everything, { isEchoing: true })).toBe("line\nSELECT 1;\n");
  });

  test("that is silent prints only the SQL that was asked for", () => {
    expect(said(everything, { isSilent: true, isVerbose: true })).toBe("");
    expect(said(everything, { isSilent: true, isEchoing: true })).toBe("SELECT 1;\n");
  });

  test("draws nothing where nothing takes long, terminal or not", () => {
    expect(said(everything, { isTerminal: true })).toBe("line\n");
  });

  test("lets no SQL text draw on the terminal", () => {
    expect(said((report) => report.echo("SELECT '\u001b[2J'"), { isEchoing: true })).toBe(
      "SELECT '\\u001b[2J'\n",
    );
  });
});
