import { classify } from "../sql/classify.ts";
import type { Step } from "./model.ts";
import type { RunWishes } from "./run-transaction.ts";

type Limit = "lock_timeout" | "statement_timeout";

/** What the statements of a no-transaction file run with: the run's limits, unless the file sets its own. */
export class SessionSettings {
  readonly #step: Step;
  readonly #wishes: RunWishes;
  readonly #own = new Set<string>();

  constructor(step: Step, wishes: RunWishes) {
    this.#step = step;
    this.#wishes = wishes;
  }

  /** Takes note of a statement that has been run. */
  see(sql: string): void {
    const [, verb, name] =
      /^(set|reset)\s+(?:session\s+)?(lock_timeout|statement_timeout|all)\b/i.exec(sql) ?? [];
    if (verb === undefined || name === undefined) return;
    if (verb.toLowerCase() === "set") this.#own.add(name.toLowerCase());
    else if (name.toLowerCase() === "all") this.#own.clear();
    else this.#own.delete(name.toLowerCase());
  }

  /** `SET …`, or `SET LOCAL …` for the length of a transaction, ahead of a statement. */
  before(sql: string, scope: "SET" | "SET LOCAL"): string {
    const { lockTimeoutMs, statementTimeoutMs = this.#wishes.statementTimeoutMs } = this.#step.directives;
    // A concurrent build waits for old transactions and blocks nobody meanwhile; a limit would only leave an INVALID index.
    const isConcurrent = classify(sql).concurrentIndex !== undefined;
    const limits: Readonly<Record<Limit, number>> = {
      lock_timeout: lockTimeoutMs ?? (isConcurrent ? 0 : this.#wishes.lockTimeoutMs),
      statement_timeout: statementTimeoutMs,
    };
    return [
      ...Object.entries(limits)
        .filter(([name]) => !this.#own.has(name))
        .map(([name, ms]) => `${name} = ${ms}`),
      "standard_conforming_strings = on",
      ...(this.#wishes.checksClient ? ["client_connection_check_interval = 2000"] : []),
    ]
      .map((setting) => `${scope} ${setting}`)
      .join("; ");
  }
}

/** A statement whose effect lasts as long as the session. */
export function isSetting(sql: string): boolean {
  return (
    /^(set(?!\s+(local|transaction|constraints)\b)|reset)\b/i.test(sql) ||
    /^select\s+(pg_catalog\s*\.\s*)?set_config\b/i.test(sql)
  );
}
