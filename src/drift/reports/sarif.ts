/** SARIF 2.1.0, as code scanning reads it. */
import { toolVersion } from "../../kernel/version.ts";
import { severities } from "../../catalog/severity.ts";
import type { Severity } from "../../catalog/severity.ts";
import { sentence } from "./model.ts";
import type { Reported } from "./model.ts";

const levels: Readonly<Record<Severity, string>> = {
  security: "error",
  integrity: "error",
  performance: "warning",
  cosmetic: "note",
};

export function renderSarif({ changes, server }: Reported): string {
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "veza-db",
            version: toolVersion(),
            rules: severities.map((severity) => ({
              id: `drift/${severity}`,
              shortDescription: { text: `The live schema differs from its migrations (${severity})` },
              defaultConfiguration: { level: levels[severity] },
            })),
          },
        },
        results: changes.map((finding) => ({
          ruleId: `drift/${finding.severity}`,
          level: levels[finding.severity],
          message: { text: `${sentence(finding)} (${server})` },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: "migrations/" } },
              logicalLocations: [{ fullyQualifiedName: finding.name, kind: finding.kind }],
            },
          ],
          partialFingerprints: { "vezaDrift/v1": `${finding.action} ${finding.id}` },
        })),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
