/** What the commands of tuning share: flags, reading, the shape of the advice. */
import { join } from "node:path";
import { VezaError, usageError } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { exactSize, parseSize } from "../kernel/size.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Db } from "../postgres/connect.ts";
import { disks, profiles } from "../tune/model.ts";
import type { Budget, Change, Facts, Left, Load, Plan, Platform, Wishes } from "../tune/model.ts";
import { planTuning } from "../tune/plan.ts";
import { withProviderLimits } from "../tune/provider-limits.ts";
import { readFacts } from "../tune/read.ts";
import { highestConnections, keepConnections } from "../tune/seen.ts";
import { again } from "./again.ts";
import type { Context } from "./command.ts";
import { flag } from "./flags.ts";
import type { Flag } from "./flags.ts";

function size(flags: string, summary: string): Flag<number | undefined> {
  return {
    flags,
    summary,
    fallback: undefined,
    parse: (text) => {
      const bytes = parseSize(text);
      return bytes !== undefined && bytes >= 64 * 1024 ** 2 ? bytes : undefined;
    },
    expects: "a size such as 512MB or 16GB, 64MB or more",
    isSwitch: false,
    isRepeatable: false,
  };
}

function optionalChoice<const T extends string>(
  flags: string,
  summary: string,
  choices: readonly T[],
): Flag<T | undefined> {
  return {
    flags,
    summary,
    choices,
    fallback: undefined,
    parse: (text) => choices.find((choice) => choice === text),
    expects: `one of ${choices.join(", ")}`,
    isSwitch: false,
    isRepeatable: false,
  };
}

export const tuneFlags = {
  profile: flag.choice("--profile <kind>", "what the server is for", profiles, "web"),
  ram: size("--ram <size>", "the memory that the server may use (read from the server unless given)"),
  cpu: flag.integer("--cpu <n>", "its processors (read from the server unless given)", 1),
  disk: optionalChoice("--disk <kind>", "what the data lie on (taken for ssd unless given)", disks),
  connections: flag.integer("--connections <n>", "a max_connections to reckon with, and to set", 1),
  set: flag.texts("--set <name=value>", "a value of your own, in place of ours; may be repeated"),
  only: flag.texts("--only <setting>", "advise on this setting alone; may be repeated"),
  except: flag.texts("--except <setting>", "leave this setting as it is; may be repeated"),
} as const;

export interface AdviceData {
  readonly machine: {
    readonly ramBytes: number;
    readonly cpus: number;
    /** Where both came from. */
    readonly source: string;
    readonly ramSource: string;
    readonly cpusSource: string;
    readonly disk: string;
    readonly diskSource: string;
    /** Free on the disk of pg_wal; null where that cannot be seen. */
    readonly walDiskFreeBytes: number | null;
  };
  readonly profile: string;
  readonly settings: readonly Change[];
  readonly left: readonly Left[];
  readonly budget: Budget;
  readonly load: Load;
  readonly notes: readonly string[];
  readonly platform: Platform;
  readonly mayAlterSystem: boolean;
  readonly server: string;
  readonly version: string;
  readonly major: number;
}

type TuneContext = Context<typeof tuneFlags>;

export interface Advised {
  readonly facts: Facts & { readonly seenRam: number | null };
  readonly wishes: Wishes;
  readonly plan: Plan;
}

/** Reads the server and plans: the same walk for advice and for what is applied. */
export async function advise(context: TuneContext, db: Db): Promise<Advised> {
  const { flags } = context;
  const folder = tuneFolder(context);
  const wishes: Wishes = {
    profile: flags.profile,
    disk: flags.disk ?? "ssd",
    isDiskGiven: flags.disk !== undefined,
    connections: flags.connections,
    given: parseAssignments(flags.set),
    only: flags.only,
    except: flags.except,
  };
  const given = { ramBytes: flags.ram, cpus: flags.cpu };
  const read = await readFacts(db, given, (identifier) => highestConnections(folder, identifier));
  const facts = withProviderLimits(read, providerOf(context.form) ?? read.server.platform);
  const warning = keepConnections(folder, facts.server.systemIdentifier, facts.load.connectionsPeak);
  if (warning !== undefined) context.warn(warning);
  return { facts, wishes, plan: planOf(context, facts, wishes) };
}

/** A script for a provider has to be one that it takes, whatever server the advice was read from. */
function providerOf(form: string): Platform | undefined {
  return form === "rds" || form === "cloudsql" || form === "azure" ? form : undefined;
}

/** A hint of the plan's own does not know the other flags of the call. */
function planOf(context: TuneContext, facts: Facts, wishes: Wishes): Plan {
  try {
    return planTuning(facts, wishes);
  } catch (error) {
    const most = error instanceof VezaError ? error.facts["most"] : undefined;
    if (!(error instanceof VezaError) || typeof most !== "number" || most === 0) throw error;
    const set = context.flags.set.filter((one) => !/^\s*max_connections\s*=/i.test(one));
    const words = wishWords({ flags: { ...context.flags, set, connections: most } });
    throw error.with({ hint: again(context, "tune", ...words) });
  }
}

/** Journals and what was seen lie there. */
export function tuneFolder({ settings }: Pick<Context, "settings">): string {
  return join(settings.values.stateDir, "tune");
}

export function adviceData({ facts, wishes, plan }: Advised, db: Db): AdviceData {
  const { ram, cpus } = facts.machine;
  const { server } = facts;
  return {
    machine: {
      ramBytes: ram.value,
      cpus: cpus.value,
      source: ram.source === cpus.source ? ram.source : `memory: ${ram.source}; processors: ${cpus.source}`,
      ramSource: ram.source,
      cpusSource: cpus.source,
      disk: wishes.disk,
      diskSource: wishes.isDiskGiven ? "--disk" : "assumed",
      walDiskFreeBytes: facts.machine.walDisk?.freeBytes ?? null,
    },
    profile: wishes.profile,
    settings: plan.changes,
    left: plan.left,
    budget: plan.budget,
    load: facts.load,
    notes: plan.notes,
    platform: server.platform,
    mayAlterSystem: server.platform === "self" && server.allowsAlterSystem,
    server: describeTarget(db.target),
    version: server.version,
    major: server.major,
  };
}

/** The flags of a call as words, so that the command named next starts from the same wishes. */
export function wishWords({ flags }: Pick<TuneContext, "flags">): string[] {
  const { profile, ram, cpu, disk, connections } = flags;
  return [
    ...(profile === "web" ? [] : ["--profile", profile]),
    ...(ram === undefined ? [] : ["--ram", exactSize(ram)]),
    ...(cpu === undefined ? [] : ["--cpu", String(cpu)]),
    ...(disk === undefined ? [] : ["--disk", disk]),
    ...(connections === undefined ? [] : ["--connections", String(connections)]),
    ...flags.set.flatMap((one) => ["--set", shellWord(one)]),
    ...flags.only.flatMap((one) => ["--only", shellWord(one)]),
    ...flags.except.flatMap((one) => ["--except", shellWord(one)]),
  ];
}

function parseAssignments(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at > 0) return [text.slice(0, at).trim().toLowerCase(), text.slice(at + 1)];
      throw usageError(
        "cli.bad-value",
        `--set takes <name=value>, not ${JSON.stringify(text)}.`,
        "veza-db tune --set work_mem=16MB",
      );
    }),
  );
}
