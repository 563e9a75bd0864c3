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

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(content: string): string {
  return (
    content
      // oxlint-disable-next-line no-control-regex -- XML has no way to write these
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?")
      .replace(/[&<>"']/g, (character) => entities[character] ?? "")
  );
}
