import { formatDuration } from "../kernel/duration.ts";
import type { DoctorData, Finding, Status } from "../doctor/model.ts";
import { formatBytes } from "../ui/units.ts";
import { heading, table, text } from "../ui/view.ts";
import type { Block, Tone } from "../ui/view.ts";
import { count } from "../ui/words.ts";

const tones: Readonly<Record<Status, Tone>> = { ok: "good", warning: "warning", problem: "bad" };
const weight: Readonly<Record<Status, number>> = { ok: 0, warning: 1, problem: 2 };

/** Settings, then the checks, then what is to be mended, worst last: that is what the eye falls on. */
export function doctorView({ findings, settings }: DoctorData): Block[] {
  const amiss = findings
    .filter(({ status }) => status !== "ok")
    .toSorted((a, b) => weight[a.status] - weight[b.status]);
  return [
    heading("Settings"),
    table(
      ["setting", "value", "from"],
      settings.map(({ key, value, unit, origin }) => [key, shown(value, unit), origin]),
    ),
    heading("Checks"),
    table(
      ["check", "status", "finding"],
      findings.map(({ check, status, message }) => [check, { text: status, tone: tones[status] }, message]),
    ),
    ...(amiss.length === 0 ? [] : [heading("To mend")]),
    ...amiss.flatMap(mending),
    text(""),
    summary(findings),
  ];
}

function shown(value: string | number | boolean | null, unit: "ms" | "bytes" | undefined): typeof value {
  if (typeof value !== "number" || unit === undefined) return value;
  return unit === "ms" ? formatDuration(value) : formatBytes(value);
}

/** A table cuts what does not fit; what has to be done stands here whole. */
function mending({ check, status, message, hint }: Finding): Block[] {
  return [
    text(`${status}: ${check}: ${message}`, tones[status]),
    ...(hint === undefined ? [] : [text(`  ${hint}`)]),
  ];
}

function summary(findings: readonly Finding[]): Block {
  const problems = findings.filter(({ status }) => status === "problem").length;
  const warnings = findings.filter(({ status }) => status === "warning").length;
  if (problems === 0 && warnings === 0) return text("All is well.", "good");
  return text(
    `${count(problems, "problem")}, ${count(warnings, "warning")}.`,
    problems === 0 ? "warning" : "bad",
  );
}
