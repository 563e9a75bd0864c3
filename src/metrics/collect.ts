import { labelsOf } from "../kernel/exposition.ts";
import type { Family } from "../kernel/exposition.ts";
import { messageOf } from "../kernel/error.ts";
import type { StatsSession } from "../stats/session.ts";
import { Unavailable } from "./unavailable.ts";
import type { Answer, Collector, Found, Memory, Wishes } from "./model.ts";

/** How one collector fared. */
export interface CollectorOutcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** Why not. */
  readonly reason?: string;
}

/** What a scrape has gathered so far: when the time is up, this is what it answers with. */
export class Gathered {
  readonly families: Family[] = [];
  readonly outcomes = new Map<string, CollectorOutcome>();

  /** A collector that is asked in several databases fails when it fails in one, and takes as long as all together. */
  note(outcome: CollectorOutcome): void {
    const before = this.outcomes.get(outcome.name);
    this.outcomes.set(outcome.name, {
      ...(before?.ok === false ? before : outcome),
      seconds: outcome.seconds + (before?.seconds ?? 0),
    });
  }

  /** Does one part. What it throws is noted, and costs nothing else. */
  async part(
    name: string,
    work: () => Promise<readonly Family[] | undefined>,
    why: () => string,
  ): Promise<void> {
    const startedAt = performance.now();
    const spent = (): number => (performance.now() - startedAt) / 1000;
    const families = await work();
    if (families === undefined) {
      this.note({ name, ok: false, seconds: spent(), reason: why() });
      return;
    }
    this.add(families);
    this.note({ name, ok: true, seconds: spent() });
  }

  /** One by one: there may be more of them than a call takes arguments. */
  add(families: readonly Family[]): void {
    for (const family of families) this.families.push(family);
  }

  fail(name: string, error: unknown): void {
    this.note({ name, ok: false, seconds: 0, reason: messageOf(error) });
  }

  get hasFailed(): boolean {
    return [...this.outcomes.values()].some(({ ok }) => !ok);
  }

  /** How each collector fared, by postgres_exporter's names. */
  outcomeFamilies(): Family[] {
    const all = [...this.outcomes.values()];
    const labels = all.map(({ name }) => labelsOf({ collector: name }));
    return [
      {
        name: "pg_scrape_collector_duration_seconds",
        type: "gauge",
        help: "How long the collector took.",
        labels,
        values: all.map(({ seconds }) => seconds),
      },
      {
        name: "pg_scrape_collector_success",
        type: "gauge",
        help: "1 where the collector succeeded.",
        labels,
        values: all.map(({ ok }) => (ok ? 1 : 0)),
      },
    ];
  }
}

/** What one scrape of one database asks with. */
export interface Asking {
  readonly session: StatsSession;
  readonly wishes: Wishes;
  readonly memory: Memory;
  readonly gathered: Gathered;
  readonly signal: AbortSignal;
}

/**
 * Asks all collectors within one transaction. What asks little goes out in one go: each would else wait for the answers of
 * the one before. What fails there, and what comes behind it, is asked once more, each for itself.
 */
export async function collectAll(asking: Asking, collectors: readonly Collector[]): Promise<void> {
  const { session, wishes, memory } = asking;
  const wanted = collectors.filter(({ applies }) => applies === undefined || applies(session, wishes));
  const isTroubled = ({ name }: Collector): boolean => memory.troubled.has(name);
  const together = wanted.filter((collector) => !isTroubled(collector));
  const inOrder = [...together, ...wanted.filter(isTroubled)];
  const done = asking.signal.aborted ? new Set<string>() : await collectTogether(asking, together);
  for (const collector of inOrder) {
    if (!done.has(collector.name)) await collectAlone(asking, collector);
  }
  if (!asking.signal.aborted) return;
  // Who had not answered when the time was up comes last from now on: else those behind it would never be asked.
  const late = inOrder.find(({ name }) => asking.gathered.outcomes.get(name)?.ok !== true);
  if (late !== undefined) memory.troubled.add(late.name);
}

/** Gives the names of those that went well. */
async function collectTogether(
  asking: Asking,
  collectors: readonly Collector[],
): Promise<ReadonlySet<string>> {
  const { session, wishes, memory, gathered } = asking;
  const done = new Set<string>();
  const rests = new Map<string, () => Promise<readonly Family[]>>();
  let before = performance.now();
  const one = async ({ name, collect }: Collector): Promise<void> => {
    const answer = await collected(() => collect(session, wishes, memory));
    const now = performance.now();
    // The answers come one after the other: each took from the one before to its own.
    const seconds = (now - before) / 1000;
    before = now;
    if (answer === undefined) return;
    gathered.add(answer.families);
    gathered.note({ name, ok: true, seconds });
    done.add(name);
    if (answer.rest !== undefined) rests.set(name, answer.rest);
  };
  await session.attempt("Collectors", async () => {
    // All of them to their end, before anything else is sent.
    const settled = await Promise.allSettled(collectors.map(one));
    const failed = settled.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  });
  for (const [name, rest] of rests) await askAlone(asking, name, rest);
  return done;
}

async function collectAlone(asking: Asking, { name, collect }: Collector): Promise<void> {
  const { session, wishes, memory, gathered, signal } = asking;
  let rest: Answer["rest"];
  let reason: string | undefined;
  await askAlone(
    asking,
    name,
    async () => {
      const answer = await collected(
        () => collect(session, wishes, memory),
        (why) => (reason = why),
      );
      rest = answer?.rest;
      return answer?.families;
    },
    () => reason,
  );
  if (rest !== undefined) await askAlone(asking, name, rest);
  if (signal.aborted) return;
  if (gathered.outcomes.get(name)?.ok === false) memory.troubled.add(name);
  else memory.troubled.delete(name);
}

/** A part within a savepoint of its own. */
async function askAlone(
  { session, gathered, signal }: Asking,
  name: string,
  work: () => Promise<readonly Family[] | undefined>,
  why: () => string | undefined = () => undefined,
): Promise<void> {
  if (signal.aborted) {
    gathered.note({ name, ok: false, seconds: 0, reason: "the time of the scrape was up" });
    return;
  }
  const notesBefore = session.notes.lines.length;
  await gathered.part(
    name,
    () => session.attempt(name, work),
    () => why() ?? (session.notes.lines.slice(notesBefore).join(" ") || `${name} is not available`),
  );
}

/** Undefined where a collector says itself that it has nothing to ask, and why. */
async function collected(
  work: () => Promise<Found>,
  tell: (reason: string) => void = () => {},
): Promise<Answer | undefined> {
  try {
    const found = await work();
    return "families" in found ? found : { families: found };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    tell(error.message);
    return undefined;
  }
}
