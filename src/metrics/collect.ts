import { labelsOf } from "../kernel/exposition.ts";
import type { Family } from "../kernel/exposition.ts";
import { messageOf } from "../kernel/error.ts";
import type { StatsSession } from "../stats/session.ts";
import { Unavailable } from "./unavailable.ts";
import type { Collector, Memory, Wishes } from "./model.ts";

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
    this.families.push(...families);
    this.note({ name, ok: true, seconds: spent() });
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

/** Asks one collector after the other within one transaction; each fails for itself. */
export async function collectAll(
  session: StatsSession,
  collectors: readonly Collector[],
  wishes: Wishes,
  memory: Memory,
  gathered: Gathered,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, applies, collect } of collectors) {
    if (applies !== undefined && !applies(session, wishes)) continue;
    if (signal.aborted) {
      gathered.note({ name, ok: false, seconds: 0, reason: "the time of the scrape was up" });
      continue;
    }
    const notesBefore = session.notes.lines.length;
    await gathered.part(
      name,
      () => session.attempt(name, () => collected(() => collect(session, wishes, memory))),
      () => session.notes.lines.slice(notesBefore).join(" ") || `${name} is not available`,
    );
  }
}

/** Undefined where a collector says itself that it has nothing to ask. */
async function collected(work: () => Promise<readonly Family[]>): Promise<readonly Family[] | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
}
