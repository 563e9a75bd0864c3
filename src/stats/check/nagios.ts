import { worstFirst } from "./judge.ts";
import type { Check, CheckReport } from "./model.ts";

const words = { ok: "OK", warning: "WARNING", critical: "CRITICAL", unknown: "UNKNOWN" } as const;

/** One line with the verdict and the performance data, then a line for each thing that is not well. */
export function renderNagios({ status, checks }: CheckReport): string {
  const bad = worstFirst(checks).filter((check) => check.status !== "ok");
  const summary =
    bad.length === 0
      ? `${checks.length} checks are well`
      : bad.map(({ check, message }) => `${check}: ${message}`).join("; ");
  const perfdata = checks.filter(({ value }) => value !== null).map(perfdatum);
  const details = bad.map(({ check, status: own, message }) => `[${words[own]}] ${check}: ${message}`);
  // A bar begins the performance data, wherever it stands.
  return `VEZA ${words[status]} - ${clean(summary)} | ${perfdata.join(" ")}\n${details.map((line) => `${clean(line)}\n`).join("")}`;
}

/** The line of a check that could not be made: schedulers read stdout alone. */
export function renderNagiosFailure({ message }: Error): string {
  return `VEZA UNKNOWN - ${clean(message)}\n`;
}

function perfdatum({ check, value, unit, warn, crit }: Check): string {
  const bounds = [warn, crit].map((bound) => (bound === null ? "" : String(bound)));
  const symbol = unit === "%" ? "%" : unit === "ms" ? "ms" : "";
  const range = unit === "%" ? ";0;100" : ";0;";
  return `'${check}'=${String(value)}${symbol};${bounds.join(";")}${range}`;
}

function clean(line: string): string {
  return line.replace(/[|\r\n]/g, " ");
}
