import { cancellable } from "../postgres/cancel.ts";
import type { Answer, Db } from "../postgres/connect.ts";
import type { Statement } from "../sql/split.ts";

/** A statement of a migration, with its number from 1. */
export interface Numbered {
  readonly statement: Statement;
  readonly number: number;
}

/** The first thing of a flight that failed; without a statement it was one of the runner's own. */
export interface FlightFailure {
  readonly error: unknown;
  readonly failed: Numbered | undefined;
}

interface Sent {
  readonly answer: Promise<Answer>;
  readonly numbered: Numbered | undefined;
}

/** Enough to hide the network, little enough to stop soon after a failure and to keep memory flat. */
const mostStatements = 128;
const mostCharacters = 1_000_000;

/**
 * What is sent to a session and not answered yet. Statements go out without waiting for each other's answers, so that
 * a whole migration costs one round trip; the server stops at the first failure by itself, since the transaction is
 * aborted from there on.
 */
export class Flight {
  readonly #db: Db;
  readonly #signal: AbortSignal;
  #opening: Promise<unknown> | undefined;
  #sent: Sent[] = [];
  #characters = 0;

  /** An abort of `signal` cancels what is under way. */
  constructor(db: Db, signal: AbortSignal) {
    this.#db = db;
    this.#signal = signal;
  }

  get isFull(): boolean {
    return this.#sent.length >= mostStatements || this.#characters >= mostCharacters;
  }

  /**
   * Sends what begins the transaction. It is never cancelled: the statements that follow are on their way already, and
   * would run without a transaction.
   */
  open(sql: string): void {
    this.#opening = this.send(sql).catch(() => {});
  }

  send(sql: string, numbered?: Numbered): Promise<Answer> {
    const answer = this.#db.send(sql);
    // Looked at in `land`, in order; a later rejection must not count as unhandled until then.
    answer.catch(() => {});
    this.#sent.push({ answer, numbered });
    this.#characters += sql.length;
    return answer;
  }

  /** Waits for every answer; the first failure, if there was one. */
  async land(): Promise<FlightFailure | undefined> {
    await this.#opening;
    return cancellable(this.#db, this.#signal, () => this.#answers());
  }

  async #answers(): Promise<FlightFailure | undefined> {
    let failure: FlightFailure | undefined;
    for (const { answer, numbered } of this.#sent) {
      try {
        await answer;
      } catch (error) {
        failure ??= { error, failed: numbered };
      }
    }
    this.#sent = [];
    this.#characters = 0;
    return failure;
  }
}
