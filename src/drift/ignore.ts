import { escapePattern } from "../kernel/pattern.ts";
import { worst } from "../catalog/severity.ts";
import type { Finding, IgnoreRule, RuleReport } from "./model.ts";

export interface Judged {
  readonly kept: readonly Finding[];
  readonly ignored: readonly Finding[];
  readonly rules: readonly RuleReport[];
}

/** Takes out what the rules let pass; a rule that names a property lets only that one pass. Pure. */
export function applyRules(
  findings: readonly Finding[],
  rules: readonly IgnoreRule[],
  today: string,
): Judged {
  const used = new Set<IgnoreRule>();
  const living = rules.filter(({ expires }) => expires === undefined || expires >= today);
  const kept: Finding[] = [];
  const ignored: Finding[] = [];
  for (const finding of findings) {
    const matching = living.filter(
      (rule) => matches(rule.kind, finding.kind) && matches(rule.name, finding.name),
    );
    const whole = matching.find(({ property }) => property === undefined);
    if (whole !== undefined) {
      used.add(whole);
      ignored.push(finding);
      continue;
    }
    const left = finding.properties.filter(({ property }) => {
      const rule = matching.find((candidate) => matches(candidate.property ?? "", property));
      if (rule !== undefined) used.add(rule);
      return rule === undefined;
    });
    if (left.length === finding.properties.length) kept.push(finding);
    else if (left.length === 0) ignored.push(finding);
    else kept.push(narrowed(finding, left));
  }
  return { kept, ignored, rules: rules.map((rule) => ({ rule, state: stateOf(rule, living, used) })) };
}

function narrowed(finding: Finding, properties: Finding["properties"]): Finding {
  const detail = properties
    .map(({ property, from, to }) => `${property}: ${from ?? "(none)"} → ${to ?? "(none)"}`)
    .join("; ");
  return { ...finding, properties, detail, severity: worst(properties.map(({ severity }) => severity)) };
}

function stateOf(
  rule: IgnoreRule,
  living: readonly IgnoreRule[],
  used: ReadonlySet<IgnoreRule>,
): RuleReport["state"] {
  if (!living.includes(rule)) return "expired";
  return used.has(rule) ? "used" : "unused";
}

/** `*` stands for any run of characters. */
function matches(pattern: string, text: string): boolean {
  const source = pattern.split("*").map(escapePattern).join(".*");
  return new RegExp(`^${source}$`, "s").test(text);
}
