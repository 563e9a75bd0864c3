import type { Kind } from "./model.ts";

/** From the worst to the least. */
export const severities = ["security", "integrity", "performance", "cosmetic"] as const;
export type Severity = (typeof severities)[number];

export function worst(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? "cosmetic";
}

/** True when `severity` is at least as bad as `limit`. */
export function isAtLeast(severity: Severity, limit: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(limit);
}

const ofKind: Partial<Record<Kind, Severity>> = {
  policy: "security",
  "event trigger": "security",
  "user mapping": "security",
  "default privileges": "security",
  "system object": "security",
  index: "performance",
  statistics: "performance",
  setting: "integrity",
};

const security =
  /^(?:owner|grants to |row security|force row security|security definer|leakproof|option security_|setting search_path|security label|restrictive|roles|using$|with check$|trusted)/;
const performance =
  /^(?:option |toast option |index option |storage$|compression$|statistics$|tablespace$|index tablespace$|clustered on$|parallel$|cost$|rows$|support$|cache$|access method$|unpopulated$|sspace$|msspace$|target$)/;
const cosmetic = /^(?:comment$|index comment$|column order$)/;

/** How much a difference matters; of a whole object where no property is named. */
export function severityOf(kind: Kind, property: string | undefined): Severity {
  if (property === undefined) return ofKind[kind] ?? "integrity";
  if (cosmetic.test(property)) return kind === "composite type" ? "integrity" : "cosmetic";
  if (security.test(property)) return "security";
  if (
    (kind === "trigger" || kind === "rule" || kind === "constraint") &&
    /^(?:enabled|triggers)$/.test(property)
  )
    return "security";
  if (kind === "view" && property === "option check_option") return "integrity";
  if (performance.test(property)) return "performance";
  if (
    kind === "index" &&
    (property === "unique" || property === "invalid" || property === "nulls not distinct")
  )
    return "integrity";
  return ofKind[kind] ?? "integrity";
}
