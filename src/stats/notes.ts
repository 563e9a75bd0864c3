import type { ServerError } from "../postgres/failure.ts";

/** Gathers what a report must say besides its rows; says nothing twice. */
export class Notes {
  readonly #lines = new Set<string>();

  add(line: string): void {
    this.#lines.add(line);
  }

  /** A part that the server refused, in words that tell why. */
  unavailable(what: string, { sqlstate, message }: ServerError): void {
    this.add(`${what}: not available, ${reasons[sqlstate] ?? message} (SQLSTATE ${sqlstate}).`);
  }

  get lines(): readonly string[] {
    return [...this.#lines];
  }
}

const reasons: Readonly<Record<string, string>> = {
  "55P03": "a lock would have had to be waited for",
  "57014": "the server took longer than the limit of 5 s",
  "42501": "the role lacks the privilege",
};

/** What is said of rows that the role may not see. */
export function hiddenNote(count: number, what: string, user: string): string {
  return `${count} ${what} hidden from the role ${user}: GRANT pg_monitor TO ${quoted(user)};`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
