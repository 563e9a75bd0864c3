/** All that one process has on one server for its test databases. */
import { randomBytes } from "node:crypto";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { withDatabase } from "../../postgres/database-url.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { describeTarget } from "../../postgres/target.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { openLibraryConnection } from "../library-connection.ts";
import type { LibraryTarget } from "../library-connection.ts";
import { stayAwake } from "./awake.ts";
import { makeCopy, makeSpare, takeSpare } from "./copy.ts";
import { Crew } from "./crew.ts";
import { mark } from "./marks.ts";
import { templateName, usedName } from "./names.ts";
import type { TemplateSource } from "./source.ts";
import { sweepOne } from "./sweep.ts";
import { ensureTemplate } from "./template.ts";

/** A connection that nobody has needed for so long is closed, unless it guards databases that are in use. */
const restMs = 10_000;

const yards = new Map<string, Yard>();

/** The yard of a server and a prefix; there is one in a process. */
export function yardFor(place: LibraryTarget, prefix: string): Yard {
  const key = JSON.stringify([place, prefix]);
  const yard = yards.get(key) ?? new Yard(place, prefix);
  yards.set(key, yard);
  return yard;
}

export class Yard {
  readonly #place: LibraryTarget;
  readonly #prefix: string;
  /** This process, in the names of its databases. */
  readonly #owner = randomBytes(4).toString("hex");
  readonly #crew = new Crew(() => this.#connect());
  /** The connection that hands out, and holds the marks: as long as it lives, nothing of ours is swept. */
  #session: Promise<Db> | undefined;
  readonly #templates = new Map<string, Promise<void>>();
  readonly #refilling = new Set<string>();
  /** The databases handed out, each with what makes up for it. */
  readonly #inUse = new Map<string, () => void>();
  #made = 0;
  #hasSwept = false;
  #rest: NodeJS.Timeout | undefined;

  constructor(place: LibraryTarget, prefix: string) {
    this.#place = place;
    this.#prefix = prefix;
  }

  /** A copy of the template for a test: its name. */
  async take(source: TemplateSource, spares: number): Promise<string> {
    const name = usedName(this.#prefix, this.#owner, ++this.#made);
    const refill = (): void => this.#refill(source.hash, spares);
    this.#inUse.set(name, refill);
    try {
      const left = await this.#handOut(source, name);
      this.#sweep();
      // While there are enough, a spare is made when this one is given back: what is dropped before the next checkpoint
      // is never written to the disk, and it is dropping that makes checkpoints.
      if (left < spares / 2) refill();
    } catch (error) {
      this.#release(name);
      throw error;
    }
    return name;
  }

  /** Drops a database of ours and waits for it. */
  async drop(name: string): Promise<void> {
    using _awake = stayAwake();
    const db = await this.#open();
    try {
      await dropForced(db, name);
    } catch (error) {
      throw queryFailure(error, "dropping a test database");
    }
    this.#release(name);
  }

  /** Drops a database of ours behind the back of the caller. What cannot be dropped is swept by a later run. */
  giveUp(name: string): void {
    if (!this.#inUse.has(name)) return;
    const awake = stayAwake();
    void this.#crew
      .inTurn((db) => dropForced(db, name))
      .catch(() => {})
      .finally(() => {
        awake[Symbol.dispose]();
        this.#release(name);
      });
  }

  /** How many spares are left then. */
  async #handOut(source: TemplateSource, name: string): Promise<number> {
    const { hash } = source;
    for (let attempt = 1; ; attempt++) {
      const db = await this.#open();
      await this.#ensureTemplate(db, source);
      const left = await takeSpare(db, this.#prefix, hash, name);
      if (left !== undefined) return left;
      try {
        await this.#crew.urgently(async (worker) => {
          // The crew may have made one meanwhile.
          const isTaken = (await takeSpare(worker, this.#prefix, hash, name)) !== undefined;
          if (!isTaken) await makeCopy(worker, this.#prefix, hash, name);
        });
        return 0;
      } catch (error) {
        const isGone = error instanceof VezaError && error.facts["sqlstate"] === "3D000";
        if (!isGone || attempt > 2) throw error;
        // The template was dropped by hand, or swept by a process that sees no marks of other databases.
        this.#templates.delete(hash);
      }
    }
  }

  #ensureTemplate(db: Db, source: TemplateSource): Promise<void> {
    const { hash } = source;
    const made =
      this.#templates.get(hash) ??
      mark(db, "template", hash).then(() =>
        ensureTemplate(db, templateName(this.#prefix, hash), source, (name) => this.#urlOf(name)),
      );
    this.#templates.set(hash, made);
    // What failed is tried again by the next test.
    made.catch(() => this.#templates.delete(hash));
    return made;
  }

  /** Makes spares until there are enough. Nobody waits; what fails is met again by who needs one. */
  #refill(hash: string, spares: number): void {
    if (spares === 0 || this.#refilling.has(hash)) return;
    this.#refilling.add(hash);
    const stop = (): unknown => this.#refilling.delete(hash);
    const makeOne = async (db: Db): Promise<void> => {
      if (await makeSpare(db, this.#prefix, hash, spares)) this.#later(makeOne, stop);
      else stop();
    };
    this.#later(makeOne, stop);
  }

  /** Once in a process, ahead of the spares: a run that is always short would never come to it. */
  #sweep(): void {
    if (this.#hasSwept) return;
    this.#hasSwept = true;
    const dropOne = async (db: Db): Promise<void> => {
      if (await sweepOne(db, this.#prefix)) this.#later(dropOne);
    };
    this.#later(dropOne);
  }

  #later(work: (db: Db) => Promise<void>, onFailure: () => unknown = () => {}): void {
    this.#crew.atLeisure(work).catch(onFailure);
  }

  async #open(): Promise<Db> {
    clearTimeout(this.#rest);
    const before = this.#session;
    if (before !== undefined) {
      const db = await before;
      if (db.isAlive) return db;
      if (this.#session === before) this.#forget();
    }
    this.#session ??= this.#begin();
    return this.#session;
  }

  async #begin(): Promise<Db> {
    try {
      const db = await this.#connect();
      // What a crash of the server could undo here, it undoes in the databases as well: no need to wait for the disk.
      await db.send("SET synchronous_commit = off");
      await mark(db, "process", this.#owner);
      return db;
    } catch (error) {
      this.#forget();
      throw queryFailure(error, "connecting for test databases");
    }
  }

  async #connect(): Promise<Db> {
    const { target } = this.#place;
    const db = await openLibraryConnection(target, {
      applicationName: "veza-db test database",
      keepsProcess: false,
    });
    if (!db.facts.isPooled) return db;
    await db.close();
    throw new VezaError({
      code: "test-database.pooler",
      ending: "refused",
      message: `${describeTarget(target)} is behind a connection pooler, where no lock can guard test databases.`,
      hint: "Give the url of the server itself.",
    });
  }

  #urlOf(name: string): string {
    return withDatabase(this.#place.given, this.#place.target, name);
  }

  #release(name: string): void {
    this.#inUse.get(name)?.();
    this.#inUse.delete(name);
    clearTimeout(this.#rest);
    if (this.#inUse.size === 0) this.#rest = setTimeout(() => void this.#close(), restMs).unref();
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#forget();
    await (await session)?.close();
  }

  #forget(): void {
    this.#session = undefined;
    this.#templates.clear();
  }
}

async function dropForced(db: Db, name: string): Promise<void> {
  await db.send(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
}
