/** The names of the databases made for tests: they say what each is, and whose. */
import { usageError } from "../../kernel/error.ts";

/** What a database is, read from its name. */
export type Kind =
  /** The migrations applied, to be copied; also what a killed process left half made. */
  | { readonly kind: "template"; readonly hash: string }
  /** A copy that waits to be handed out. */
  | { readonly kind: "spare"; readonly hash: string }
  /** Handed out, to the process that bears this number. */
  | { readonly kind: "used"; readonly owner: string };

/** PostgreSQL cuts names at 63 bytes; the longest ending takes 32. */
const prefixShape = /^[a-z_][a-z0-9_]{0,29}$/;

export function requirePrefix(prefix: string): void {
  if (prefixShape.test(prefix)) return;
  throw usageError(
    "test-database.bad-prefix",
    `${JSON.stringify(prefix)} cannot begin the names of test databases.`,
    "Use up to 30 small letters, digits and underscores, beginning with a letter.",
  );
}

export function templateName(prefix: string, hash: string): string {
  return `${prefix}_template_${hash}`;
}

export function spareName(prefix: string, hash: string, mark: string): string {
  return `${spareBeginning(prefix, hash)}${mark}`;
}

export function spareBeginning(prefix: string, hash: string): string {
  return `${prefix}_spare_${hash}_`;
}

export function usedName(prefix: string, owner: string, number: number): string {
  return `${prefix}_${owner}_${number}`;
}

/** What a name says; undefined when it is not exactly one of ours, however it begins. */
export function readName(prefix: string, name: string): Kind | undefined {
  if (!name.startsWith(`${prefix}_`)) return undefined;
  const rest = name.slice(prefix.length + 1);
  const made = /^(template|spare)_([0-9a-f]{16})(_[0-9a-f]{8})?$/.exec(rest);
  if (made !== null) {
    const [, kind, hash = "", mark] = made;
    if (kind === "template") return mark === undefined ? { kind, hash } : undefined;
    return mark === undefined ? undefined : { kind: "spare", hash };
  }
  const used = /^([0-9a-f]{8})_\d+$/.exec(rest);
  return used === null ? undefined : { kind: "used", owner: used[1] ?? "" };
}
