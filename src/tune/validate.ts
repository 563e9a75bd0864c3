import { formatBytes } from "./bytes.ts";
import { budgetLimit } from "./budget.ts";
import type { Change, Facts, FileLine, Plan, SettingFact } from "./model.ts";
import { standbySettings } from "./plan.ts";
import { amountOf, parseValue } from "./value.ts";

/** Connections, workers and senders together; `MAX_BACKENDS` of the server. */
const mostProcesses = 262_143;

/**
 * Why these values must not be written: what the server would refuse, and what it would take and then not start with.
 * A sentence each; none when all is well. Pure.
 */
export function findRefusals(facts: Facts & { readonly seenRam: number | null }, plan: Plan): string[] {
  const next = new Map(plan.changes.map(({ name, recommended }) => [name, recommended]));
  const amount = (name: string): number => {
    const fact = facts.settings.get(name);
    return fact === undefined ? 0 : amountOf(next.get(name) ?? fact.setting, fact.unit);
  };
  const word = (name: string): string => next.get(name) ?? facts.settings.get(name)?.setting ?? "";
  return [
    ...plan.changes.flatMap((change) => refuseValue(change, facts.settings.get(change.name))),
    ...plan.changes.flatMap((change) => refuseBesideStandbys(change, facts)),
    ...refuseMemory(facts, plan),
    ...refuseStart(facts, next, amount, word),
  ];
}

function refuseValue(
  { name, recommended, recommendedText }: Change,
  fact: SettingFact | undefined,
): string[] {
  if (fact === undefined) return [`${name} is no setting of this server.`];
  if (fact.context === "internal") return [`${name} is fixed and cannot be changed.`];
  if (fact.vartype === "string")
    return [`${name} takes a text that nobody can check before the server reads it: set it by hand.`];
  if (mayKeepFromStarting(name, fact))
    return [`Whether the server starts with another ${name} cannot be told from here: set it by hand.`];
  if (fact.choices !== null && fact.vartype === "enum")
    return fact.choices.includes(recommended)
      ? []
      : [`${name} takes one of ${fact.choices.join(", ")}, not ${recommended}.`];
  const number = Number(recommended);
  const unit = fact.unit === null ? "" : ` (in ${fact.unit})`;
  return isOutside(number, fact)
    ? [`${name} takes ${fact.min ?? "any"} to ${fact.max ?? "any"}${unit}, not ${recommendedText}.`]
    : [];
}

/** Those of the settings that wait for a restart whose limits are known here, below and in the budget. */
const knownAtStart: readonly string[] = [
  ...standbySettings,
  "archive_mode",
  "autovacuum_max_workers",
  "autovacuum_worker_slots",
  "huge_pages",
  "io_method",
  "max_replication_slots",
  "reserved_connections",
  "shared_buffers",
  "superuser_reserved_connections",
  "wal_buffers",
  "wal_level",
];

/** A port that is taken, an encryption without a certificate, more shared memory than there is: found out at the start. */
function mayKeepFromStarting(name: string, { context }: SettingFact): boolean {
  return name === "ssl" || (context === "postmaster" && !knownAtStart.includes(name));
}

function refuseBesideStandbys({ name, recommended }: Change, facts: Facts): string[] {
  const refusal = refuseOnStandby(name, recommended, facts);
  return refusal === undefined ? [] : [refusal];
}

/**
 * Why a standby must not get this value: it runs, so that what is in force is no less than what its primary has; of
 * anything lower nobody knows that here. What a file says meanwhile does not count.
 */
export function refuseOnStandby(
  name: string,
  value: string,
  { server, settings }: Pick<Facts, "server" | "settings">,
): string | undefined {
  const running = settings.get(name)?.setting;
  if (!server.isStandby || !standbySettings.includes(name) || running === undefined) return undefined;
  if (Number(value) >= Number(running)) return undefined;
  return `${name} must not be lowered from ${running} to ${value} on a standby: with less than its primary it does not start.`;
}

function refuseMemory(
  { machine, seenRam }: Facts & { readonly seenRam: number | null },
  { budget, budgetNow, excess }: Plan,
): string[] {
  // What the caller says of the memory counts only where the server does not say less.
  const ram = Math.min(machine.ram.value, seenRam ?? Number.POSITIVE_INFINITY);
  const limit = budgetLimit(ram);
  const shared = budget.sharedBytes;
  if (shared > limit)
    return [
      `Shared memory would take ${formatBytes(shared)} of the ${formatBytes(ram)} that the server's machine has: ${shared > ram ? "it would not start" : "too little is left for anything else"}.`,
    ];
  if (budget.totalBytes > limit && budget.totalBytes > budgetNow.totalBytes)
    return [
      excess ??
        `The server could come to use ${formatBytes(budget.totalBytes)}, more than 80 % of the ${formatBytes(ram)} that it says it has.`,
    ];
  return [];
}

function refuseStart(
  { server, settings, machine }: Facts,
  next: ReadonlyMap<string, string>,
  amount: (name: string) => number,
  word: (name: string) => string,
): string[] {
  const touches = (...names: readonly string[]): boolean => names.some((name) => next.has(name));
  const found: string[] = [];
  const reserved = amount("superuser_reserved_connections") + amount("reserved_connections");
  if (
    touches("max_connections", "superuser_reserved_connections", "reserved_connections") &&
    amount("max_connections") <= reserved
  )
    found.push(
      `max_connections (${amount("max_connections")}) must be more than the ${reserved} that are reserved: the server would not start.`,
    );
  const workers = settings.has("autovacuum_worker_slots")
    ? "autovacuum_worker_slots"
    : "autovacuum_max_workers";
  const processes = ["max_connections", workers, "max_worker_processes", "max_wal_senders"];
  const all = processes.reduce((sum, name) => sum + amount(name), 8);
  if (touches(...processes) && all > mostProcesses)
    found.push(
      `${processes.join(", ")} come to ${all} processes; the server starts with ${mostProcesses} at most.`,
    );
  if (touches("wal_level", "max_wal_senders", "archive_mode") && word("wal_level") === "minimal") {
    if (amount("max_wal_senders") > 0)
      found.push("wal_level minimal with max_wal_senders above 0 keeps the server from starting.");
    if (server.slots > 0)
      found.push("wal_level minimal with a replication slot keeps the server from starting.");
    if (word("archive_mode") !== "off")
      found.push("wal_level minimal with archive_mode keeps the server from starting.");
  }
  if (next.has("wal_level") && word("wal_level") !== "logical" && server.logicalSlots > 0)
    found.push(
      `wal_level ${word("wal_level")} with a logical replication slot keeps the server from starting.`,
    );
  if (next.has("max_replication_slots") && amount("max_replication_slots") < server.slots)
    found.push(
      `max_replication_slots must hold the ${server.slots} slots that there are: the server would not start.`,
    );
  if (
    touches("huge_pages", "shared_buffers") &&
    word("huge_pages") === "on" &&
    (machine.hugePageBytes ?? 0) < amount("shared_buffers")
  )
    found.push(
      "huge_pages on without so many huge pages set aside keeps the server from starting; try does not.",
    );
  for (const name of ["min_wal_size", "max_wal_size"])
    if (next.has(name) && amount(name) < 2 * amount("wal_segment_size"))
      found.push(
        `${name} must hold two WAL segments of ${formatBytes(amount("wal_segment_size"))}: the server would not start.`,
      );
  if (next.get("io_method") === "io_uring")
    found.push(
      "io_method io_uring may keep the server from starting, where seccomp or memlock forbids it: set it by hand.",
    );
  return found;
}

/**
 * Lines of the configuration files that the server cannot use. One that only waits for a restart has an error too, and
 * so has a line that is gone and waits for one (it has no file); the server's words may be of any language.
 */
export function brokenLines(
  lines: readonly FileLine[],
  settings: ReadonlyMap<string, SettingFact>,
): BrokenLine[] {
  return lines.flatMap((line) => {
    const { file, name, value, error } = line;
    if (error === null || file === null) return [];
    const fact = name === null ? undefined : settings.get(name);
    const waits = fact?.context === "postmaster" && isUsable(value ?? "", fact);
    return waits ? [] : [{ ...line, file, error }];
  });
}

export interface BrokenLine extends FileLine {
  readonly file: string;
  readonly error: string;
}

function isUsable(text: string, fact: SettingFact): boolean {
  const value = parseValue(text, fact);
  if (value === undefined) return false;
  const number = Number(value);
  const isNumber = fact.vartype === "integer" || fact.vartype === "real";
  return !isNumber || !isOutside(number, fact);
}

function isOutside(number: number, { min, max }: SettingFact): boolean {
  return (min !== null && number < Number(min)) || (max !== null && number > Number(max));
}
