import type { Db } from "../../postgres/connect.ts";

interface Job {
  readonly work: (db: Db) => Promise<void>;
  readonly giveUp: (error: unknown) => void;
}

/** Does what takes long, one thing after the other, on a connection of its own that lives as long as there is work. */
export class Crew {
  readonly #open: () => Promise<Db>;
  readonly #urgent: Job[] = [];
  readonly #inTurn: Job[] = [];
  readonly #atLeisure: Job[] = [];
  #isAtWork = false;

  constructor(open: () => Promise<Db>) {
    this.#open = open;
  }

  /** Done before all else. */
  urgently(work: (db: Db) => Promise<void>): Promise<void> {
    return this.#add(this.#urgent, work);
  }

  inTurn(work: (db: Db) => Promise<void>): Promise<void> {
    return this.#add(this.#inTurn, work);
  }

  /** Done when nothing else is there. */
  atLeisure(work: (db: Db) => Promise<void>): Promise<void> {
    return this.#add(this.#atLeisure, work);
  }

  #add(queue: Job[], work: (db: Db) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({
        work: async (db) => {
          try {
            await work(db);
            resolve();
          } catch (error) {
            reject(error);
          }
        },
        giveUp: reject,
      });
      if (!this.#isAtWork) void this.#workOff();
    });
  }

  async #workOff(): Promise<void> {
    this.#isAtWork = true;
    try {
      await using db = await this.#open();
      for (let job = this.#next(); job !== undefined; job = this.#next()) await job.work(db);
    } catch (error) {
      for (let job = this.#next(); job !== undefined; job = this.#next()) job.giveUp(error);
    }
    this.#isAtWork = false;
    if (this.#urgent.length + this.#inTurn.length + this.#atLeisure.length > 0) void this.#workOff();
  }

  #next(): Job | undefined {
    return this.#urgent.shift() ?? this.#inTurn.shift() ?? this.#atLeisure.shift();
  }
}
