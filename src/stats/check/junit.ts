import { escapeXml } from "../../kernel/markup.ts";
import type { CheckReport } from "./model.ts";

/** Each check as a test case: critical and warning fail, unknown is an error. */
export function renderJunit({ checks }: CheckReport): string {
  const failures = checks.filter(({ status }) => status === "critical" || status === "warning").length;
  const errors = checks.filter(({ status }) => status === "unknown").length;
  const cases = checks.map(({ check, status, message }) => {
    const head = `    <testcase classname="veza-db.stats.check" name="${escapeXml(check)}"`;
    if (status === "ok") return `${head}/>`;
    const kind = status === "unknown" ? "error" : "failure";
    return `${head}>\n      <${kind} type="${status}" message="${escapeXml(message)}"/>\n    </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="veza-db stats check" tests="${checks.length}" failures="${failures}" errors="${errors}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
