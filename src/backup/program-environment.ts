/** What PostgreSQL's programs are told of the server, secrets among it: by their environment, never by an argument. */
import { libpqEnvironment } from "../postgres/libpq-environment.ts";
import type { Target } from "../postgres/target.ts";

/** Limits that a role or a database may have set, and that a long run would die of. */
const unlimited = [
  "statement_timeout=0",
  "idle_session_timeout=0",
  "idle_in_transaction_session_timeout=0",
  "default_transaction_read_only=off",
];

/** The environment of a program whose sessions no limit of time ends; `settings` as `name=value`. */
export function programEnvironment(
  target: Target,
  applicationName: string,
  settings: readonly string[] = [],
): Record<string, string> {
  const given = target.options === undefined ? [] : [target.options];
  const options = [...given, ...[...unlimited, ...settings].map((setting) => `-c ${setting}`)].join(" ");
  return libpqEnvironment({ ...target, options }, applicationName);
}
