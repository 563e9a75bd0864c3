import { VezaError, usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { leave } from "./advice/rule.ts";
import { rules } from "./advice/rules.ts";
import type { Rule, Situation, Verdict } from "./advice/rule.ts";
import { sumBudget } from "./budget.ts";
import type { Change, Facts, Left, Plan, SettingFact, Wishes } from "./model.ts";
import { notesOf } from "./notes.ts";
import { overdrawn, refuseCrowd } from "./overdrawn.ts";
import { amountOf, isReckoned, isSame, nativeOf, parseValue, textOf } from "./value.ts";

/** A standby that has less of one of these than its primary does not start, or stops. */
export const standbySettings: readonly string[] = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "max_prepared_transactions",
  "max_locks_per_transaction",
];

/** Where Aurora is not PostgreSQL: three quarters of the memory are its cache, and it writes no checkpoints. */
const auroraSettings: readonly string[] = [
  "shared_buffers",
  "effective_cache_size",
  "work_mem",
  "maintenance_work_mem",
  "autovacuum_work_mem",
  "checkpoint_timeout",
  "max_wal_size",
  "min_wal_size",
  "checkpoint_completion_target",
  "wal_compression",
  "random_page_cost",
  "effective_io_concurrency",
];

/** What should change on the server, what stays and why, and the memory that it may come to use. Pure. */
export function planTuning(facts: Facts, wishes: Wishes): Plan {
  const decided = new Map<string, string>();
  const factOf = (name: string): SettingFact | undefined => facts.settings.get(name);
  const value = (name: string): string => decided.get(name) ?? standing(facts, factOf(name));
  const amount = (name: string): number => {
    const fact = factOf(name);
    if (fact !== undefined && isReckoned(fact) && !decided.has(name)) return -1;
    return amountOf(value(name), fact?.unit ?? null);
  };
  const situation: Situation = {
    facts,
    wishes,
    major: facts.server.major,
    ram: facts.machine.ram.value,
    cpus: facts.machine.cpus.value,
    isFlash: wishes.disk !== "hdd",
    amount,
    value,
  };
  const given = parseGiven(facts, wishes);
  // What the caller says himself, every rule reckons with, those before it in order too.
  for (const [name, own] of given) decided.set(name, own);
  requireConnections(wishes, factOf("max_connections"));
  requireKnown(facts, [...wishes.only, ...wishes.except]);
  const changes: Change[] = [];
  const left: Left[] = [];
  for (const rule of [...rules, ...ownRules(new Set([...given.keys(), ...wishes.only]))]) {
    const fact = factOf(rule.name);
    if (fact === undefined) continue;
    const verdict = verdictOf(rule, given, wishes, situation);
    const wanted = verdict.kind === "leave" ? undefined : wantedOf(verdict.value, fact);
    const now = standing(facts, fact);
    const shown = { name: rule.name, current: now, currentText: textOf(now, fact.unit), source: rule.source };
    if (wanted === undefined || isSame(wanted, now) || (wanted === "-1" && isReckoned(fact))) {
      left.push({
        ...shown,
        reason: wanted === undefined ? verdict.reason : staysReason(fact, verdict.reason),
      });
      continue;
    }
    decided.set(rule.name, wanted);
    changes.push({
      ...shown,
      recommended: wanted,
      recommendedText: textOf(wanted, fact.unit),
      unit: fact.unit,
      vartype: fact.vartype,
      restart: fact.context === "postmaster",
      reason: verdict.reason,
    });
  }
  const budget = sumBudget(situation.ram, amount);
  const budgetNow = sumBudget(situation.ram, (name) =>
    amountOf(standing(facts, factOf(name)), factOf(name)?.unit ?? null),
  );
  if (wishes.connections !== undefined || given.has("max_connections")) refuseCrowd(budget, situation);
  return {
    changes,
    left,
    budget,
    budgetNow,
    excess: facts.server.isAurora ? null : overdrawn(budget, situation),
    notes: notesOf(facts, wishes, changes, situation),
  };
}

/** What is in force, or will be after the restart that it waits for. */
function standing({ lines }: Facts, fact: SettingFact | undefined): string {
  if (fact === undefined) return "";
  const isOurs = sessionSources.includes(fact.source);
  if (!fact.pendingRestart && !isOurs) return fact.resetValue ?? fact.setting;
  const line = lines?.findLast(({ name, value }) => name === fact.name && value !== null);
  const fromFile = line === undefined ? undefined : parseValue(line.value ?? "", fact);
  return fromFile ?? (lines === null ? undefined : fact.bootValue) ?? fact.setting;
}

/** Sources of values that hold for our session alone and say nothing of the server's. */
const sessionSources: readonly string[] = ["user", "database", "database user", "client", "session"];

function staysReason(fact: SettingFact, reason: string): string {
  return fact.pendingRestart ? `waits for a restart: ${reason}` : `as it should be: ${reason}`;
}

function verdictOf(
  rule: Rule,
  given: ReadonlyMap<string, string>,
  wishes: Wishes,
  situation: Situation,
): Verdict {
  const own = given.get(rule.name);
  if (own !== undefined) return { kind: "set", value: own, reason: "asked for with --set" };
  if (wishes.only.length > 0 && !wishes.only.includes(rule.name))
    return { kind: "leave", reason: "not asked for: --only names others." };
  if (wishes.except.includes(rule.name)) return { kind: "leave", reason: "left out with --except." };
  if (situation.facts.server.isAurora && auroraSettings.includes(rule.name))
    return {
      kind: "leave",
      reason: "Aurora keeps its cache, storage and WAL in its own way, and sets this by its own formula.",
    };
  const verdict = rule.advise(situation);
  if (verdict.kind === "set" && standbySettings.includes(rule.name))
    return besideStandbys(rule.name, verdict, situation);
  return verdict;
}

/**
 * A standby needs at least what its primary has: there it is never lowered, and on a primary it is raised after the
 * standbys. Lowering begins at the primary.
 */
function besideStandbys(name: string, verdict: Extract<Verdict, { kind: "set" }>, at: Situation): Verdict {
  const { isStandby, standbys } = at.facts.server;
  const isLower = Number(verdict.value) < at.amount(name);
  if (isLower && isStandby)
    return {
      kind: "leave",
      reason:
        "a standby with less than its primary does not start: it is lowered on the primary first, and here by hand.",
    };
  if (!isLower && !isStandby && standbys > 0)
    return {
      kind: "leave",
      reason: `${String(verdict.value)} would do, but a standby with less than its primary stops: raise it on the standbys first (${standbys} seen), then here with --set.`,
    };
  return verdict;
}

/** Settings that the caller names and that no rule is about. */
function ownRules(names: ReadonlySet<string>): Rule[] {
  return [...names]
    .filter((name) => rules.every((rule) => rule.name !== name))
    .map((name) => ({
      name,
      source: "--set",
      advise: () => leave("no rule is about it; --set gives it a value of your own."),
    }));
}

function wantedOf(value: number | string, fact: SettingFact): string {
  if (typeof value !== "number") return value;
  const native = nativeOf(value, fact);
  // A machine may be larger than what the server takes.
  if (fact.max !== null && Number(native) > Number(fact.max)) return fact.max;
  return fact.min !== null && Number(native) < Number(fact.min) ? fact.min : native;
}

function parseGiven({ settings, server }: Facts, { given }: Wishes): Map<string, string> {
  return new Map(
    Object.entries(given).map(([name, text]) => {
      const fact = settings.get(name);
      if (fact === undefined) throw unknownSetting(name, [...settings.keys()], server.version);
      const value = parseValue(text, fact);
      if (value !== undefined) return [name, value];
      throw new VezaError({
        code: "tune.bad-value",
        ending: "usage",
        message: `${JSON.stringify(text)} is no value of ${name}.`,
        detail:
          fact.choices === null
            ? `It takes ${fact.vartype === "bool" ? "on or off" : `${fact.vartype === "real" ? "a number" : "a whole number"}${fact.unit === null ? "" : `, bare in ${fact.unit} or with a unit`}`}.`
            : `It takes one of ${fact.choices.join(", ")}.`,
        hint: `psql -c "SELECT * FROM pg_settings WHERE name = '${name}'"`,
        state: "Nothing was changed.",
      });
    }),
  );
}

function requireConnections({ connections }: Wishes, fact: SettingFact | undefined): void {
  const most = fact?.max ?? null;
  if (connections === undefined || most === null || connections <= Number(most)) return;
  throw usageError(
    "tune.bad-value",
    `--connections takes ${most} at most, not ${connections}.`,
    "veza-db tune --connections 200",
  );
}

function requireKnown({ settings, server }: Facts, names: readonly string[]): void {
  for (const name of names)
    if (!settings.has(name)) throw unknownSetting(name, [...settings.keys()], server.version);
}

function unknownSetting(name: string, known: readonly string[], version: string): VezaError {
  const [near] = suggest(name, known);
  return usageError(
    "tune.unknown-setting",
    `PostgreSQL ${version} knows no setting ${JSON.stringify(name)}.`,
    near === undefined ? `psql -c "SHOW ALL" lists them.` : `Did you mean ${near}?`,
  );
}
