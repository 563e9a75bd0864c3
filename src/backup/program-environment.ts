/** What PostgreSQL's programs are told of the server, secrets among it: by their environment, never by an argument. */
import { libpqEnvironment } from "../postgres/libpq-environment.ts";
import type { Target } from "../postgres/target.ts";
import { lifted } from "./limits.ts";

/** lock_timeout and transaction_timeout pg_dump and pg_restore lift by themselves. */
const unlimited = lifted.map(([setting, value]) => `${setting}=${value}`);

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
