import { single } from "../kernel/exposition.ts";
import type { Family } from "../kernel/exposition.ts";
import { messageOf } from "../kernel/error.ts";
import { cancellable } from "../postgres/cancel.ts";
import { connect } from "../postgres/connect.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss } from "../postgres/failure.ts";
import { requireSupported } from "../postgres/supported.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import { loadSql } from "../sql/load.ts";
import { readStats } from "../stats/session.ts";
import type { StatsSession } from "../stats/session.ts";
import { Gathered, collectAll } from "./collect.ts";
import { collectors } from "./collectors/list.ts";
import { keepSession } from "./kept-session.ts";
import type { Taken } from "./kept-session.ts";
import type { Memory, Wishes } from "./model.ts";
import type { OwnReading } from "./own/model.ts";

export interface Scrape {
  readonly families: readonly Family[];
  /** Why the target could not be asked; the families say so too. */
  readonly failure: unknown;
}

/** Gives what there is to say of one target, within a time; never throws. */
export interface Scraper {
  readonly scrape: (deadlineMs: number) => Promise<Scrape>;
  readonly close: () => Promise<void>;
}

export interface PostgresScraperOptions {
  readonly target: Target;
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  readonly wishes: Wishes;
  /** Tables of the server's other databases too, one after the other over one more connection. */
  readonly isAllDatabases: boolean;
  /** What veza-db itself knows. */
  readonly own: readonly OwnReading[];
  readonly echo: ((sql: string) => void) | undefined;
  readonly tell: Tell;
}

/** Told what goes wrong with a target, or with one collector, once each time that it changes. */
export type Tell = (what: "target" | "collector", line: string) => void;

/** How long after its deadline a scrape waits for the server to let go, before it leaves the session to itself. */
const graceMs = 1000;

/** Scrapes one server. One session is kept between scrapes; a second one is there only while other databases are read. */
export function postgresScraper(options: PostgresScraperOptions): Scraper {
  const { target, wishes, own } = options;
  const memory: Memory = {
    shown: new Map(),
    troubled: new Set(),
    sizes: new Map(),
    databaseSizes: undefined,
    remainders: new Map(),
  };
  const tell = tellChanges((line) => options.tell("target", line));
  const tellCollector = tellChanges((line) => options.tell("collector", line));
  let scrapes = 0;

  const open = async (database: string | undefined, signal: AbortSignal, leftMs: number): Promise<Db> =>
    requireSupported(
      await connect(database === undefined ? target : { ...target, database }, {
        applicationName: options.applicationName,
        connectTimeoutMs: Math.min(options.connectTimeoutMs, leftMs),
        echo: options.echo,
        keepsProcess: false,
        preparesQueries: database === undefined,
        signal,
      }),
    );
  const { take, rest, drop } = keepSession((signal, leftMs) => open(undefined, signal, leftMs));

  /** What the first session reads, and which other databases there are. */
  const readServer = async (
    taken: Taken,
    gathered: Gathered,
    signal: AbortSignal,
    onUp: () => void,
  ): Promise<string[]> => {
    const { db } = taken;
    const work = async (stats: StatsSession): Promise<string[]> => {
      // Which extension there is may change under a session; everything else stays what it was.
      if (wishes.statements === 0) taken.facts = stats.facts;
      await collectAll({ session: stats, wishes, memory, gathered, signal }, collectors);
      onUp();
      if (!options.isAllDatabases) return [];
      const rows = await stats.query<{ datname: string }>(
        loadSql(import.meta.url, "./sql/databases-to-visit.sql"),
      );
      return rows.map(({ datname }) => datname);
    };
    return cancellable(db, signal, () => readStats(db, work, taken.facts));
  };

  const visit = async (
    database: string,
    gathered: Gathered,
    signal: AbortSignal,
    leftMs: number,
  ): Promise<void> => {
    await using db = await open(database, signal, leftMs);
    await cancellable(db, signal, () =>
      readStats(db, (stats) =>
        collectAll(
          { session: stats, wishes, memory, gathered, signal },
          collectors.filter(({ isPerDatabase }) => isPerDatabase === true),
        ),
      ),
    );
  };

  const readOwn = async (db: Db | undefined, gathered: Gathered, signal: AbortSignal): Promise<void> => {
    for (const reading of own) {
      if ((reading.kind === "database") !== (db !== undefined)) continue;
      if (signal.aborted) {
        gathered.fail(reading.name, "the time of the scrape was up");
        continue;
      }
      try {
        await gathered.part(
          reading.name,
          async () =>
            reading.kind === "files"
              ? reading.read()
              : db === undefined
                ? []
                : cancellable(db, signal, () => reading.read(db, tellCollector)),
          () => "",
        );
      } catch (error) {
        gathered.fail(reading.name, error);
      }
    }
  };

  const work = async (
    gathered: Gathered,
    signal: AbortSignal,
    deadlineMs: number,
    onUp: () => void,
  ): Promise<void> => {
    const until = performance.now() + deadlineMs;
    const left = (): number => Math.max(1, until - performance.now());
    // First what needs no server: it is known while the server is down too.
    await readOwn(undefined, gathered, signal);
    let others: string[];
    let taken = await take(signal, left());
    try {
      others = await readServer(taken, gathered, signal, onUp);
    } catch (error) {
      // The session was ended between two scrapes: the server may be there all the same.
      if (taken.isFresh || !(isConnectionLoss(error) || !taken.db.isAlive) || signal.aborted) throw error;
      await drop();
      taken = await take(signal, left());
      others = await readServer(taken, gathered, signal, onUp);
    }
    await readOwn(taken.db, gathered, signal);
    for (const database of others) {
      if (signal.aborted) {
        gathered.fail("all_databases", "the time of the scrape was up");
        break;
      }
      try {
        await visit(database, gathered, signal, left());
      } catch (error) {
        gathered.fail("all_databases", `${database}: ${messageOf(error)}`);
      }
    }
  };

  const scrape = async (deadlineMs: number): Promise<Scrape> => {
    const startedAt = performance.now();
    const gathered = new Gathered();
    const late = new AbortController();
    let isUp = false;
    let failure: unknown;
    let isLeft = false;
    const timers: NodeJS.Timeout[] = [setTimeout(() => late.abort(), deadlineMs)];
    const hardStop = new Promise<void>((_resolve, reject) => {
      timers.push(
        setTimeout(() => {
          isLeft = true;
          reject(new Error("the server did not answer in time, nor to being asked to stop"));
        }, deadlineMs + graceMs),
      );
    });
    try {
      await Promise.race([work(gathered, late.signal, deadlineMs, () => (isUp = true)), hardStop]);
    } catch (error) {
      failure = error;
    } finally {
      timers.forEach(clearTimeout);
    }
    scrapes++;
    // What was cancelled may have been hit anywhere, and where nothing at all was answered something between us and the
    // server may have lost what was prepared: the next scrape begins anew.
    const isNothing = collectors.every(({ name }) => gathered.outcomes.get(name)?.ok !== true);
    if (late.signal.aborted || failure !== undefined || isNothing) {
      const dropping = drop().catch(() => {});
      if (!isLeft) await dropping;
    }
    rest();
    if (isLeft) isUp = false;
    tell(describeTarget(target), failure === undefined ? undefined : messageOf(failure));
    for (const { name, ok, reason } of gathered.outcomes.values())
      tellCollector(`collector ${name}`, ok ? undefined : reason);
    const hasFailed = failure !== undefined || gathered.hasFailed;
    const families = [
      single("pg_up", "gauge", "1 where the last scrape could ask the server.", isUp ? 1 : 0),
      ...gathered.families,
      ...gathered.outcomeFamilies(),
      single(
        "pg_exporter_last_scrape_duration_seconds",
        "gauge",
        "How long the last scrape took.",
        (performance.now() - startedAt) / 1000,
      ),
      single(
        "pg_exporter_last_scrape_error",
        "gauge",
        "1 where something of the last scrape failed.",
        hasFailed ? 1 : 0,
      ),
      single("pg_exporter_scrapes_total", "counter", "Scrapes of the server.", scrapes),
    ];
    return { families, failure };
  };

  return { scrape, close: drop };
}

/** Says what goes wrong, and that it is over, each once. */
export function tellChanges(
  tell: (line: string) => void,
): (subject: string, problem: string | undefined) => void {
  const known = new Map<string, string>();
  return (subject, problem) => {
    if (known.get(subject) === problem) return;
    if (problem === undefined) known.delete(subject);
    else known.set(subject, problem);
    tell(`${subject}: ${problem ?? "well again"}`);
  };
}
