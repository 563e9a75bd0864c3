/** JUnit XML: a test that passes, or one that fails for each finding. */
import { escapeXml } from "../../kernel/markup.ts";
import { sentence } from "./model.ts";
import type { Reported } from "./model.ts";

export function renderJunit({ changes, server }: Reported): string {
  const cases =
    changes.length === 0
      ? [
          `    <testcase classname="veza-db.drift" name="${escapeXml(`${server} is what its migrations make`)}"/>`,
        ]
      : changes.map((finding) =>
          [
            `    <testcase classname="veza-db.drift.${escapeXml(finding.kind)}" name="${escapeXml(finding.name)}">`,
            `      <failure type="${finding.severity}" message="${escapeXml(sentence(finding))}"/>`,
            "    </testcase>",
          ].join("\n"),
        );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    `  <testsuite name="veza-db drift" tests="${cases.length}" failures="${changes.length}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
