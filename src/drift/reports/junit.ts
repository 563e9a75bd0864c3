/** JUnit XML: a test that passes, or one that fails for each finding. */
import { sentence } from "./model.ts";
import type { Reported } from "./model.ts";

export function renderJunit({ changes, server }: Reported): string {
  const cases =
    changes.length === 0
      ? [
          `    <testcase classname="veza-db.drift" name="${escape(`${server} is what its migrations make`)}"/>`,
        ]
      : changes.map((finding) =>
          [
            `    <testcase classname="veza-db.drift.${escape(finding.kind)}" name="${escape(finding.name)}">`,
            `      <failure type="${finding.severity}" message="${escape(sentence(finding))}"/>`,
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

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

function escape(text: string): string {
  // What XML 1.0 does not allow at all is left out.
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll(/[&<>"\n\t]/g, (character) => entities[character] ?? "");
}
