/** Annotations of a workflow run: one line a finding. */
import { sentence } from "./model.ts";
import type { Reported } from "./model.ts";

export function renderGithub({ changes, server }: Reported): string {
  const lines = changes.map((finding) => {
    const word =
      finding.severity === "cosmetic" ? "notice" : finding.severity === "performance" ? "warning" : "error";
    return `::${word} title=${property(`Drift (${finding.severity})`)}::${data(sentence(finding))}`;
  });
  if (lines.length === 0)
    lines.push(`::notice title=Drift::${data(`${server} is what its migrations make.`)}`);
  return `${lines.join("\n")}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
