/** Lists of `name=value`, as the catalogs keep options, and the passwords that may stand in them. */
import { sha256 } from "../kernel/hash.ts";

const separator = "\u001f";
const secret = /^(?:password|passwd|sslpassword|passcode|secret|token|secret_access_key|access_key)$/i;

/** Each option as a fact of its own: `option fillfactor` = `70`. What is secret is told by a mark of what it is. */
export function optionFacts(word: string, list: string): [name: string, value: string][] {
  return list
    .split(separator)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const at = entry.indexOf("=");
      const [name, value] = at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
      return [`${word} ${name}`, secret.test(name) ? masked(value) : value];
    });
}

/** A connection string with its password replaced by a mark. */
export function maskConnection(connection: string): string {
  return connection
    .replace(
      /\b((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s']+)/gi,
      (_, key: string, value: string) => key + masked(value),
    )
    .replace(
      /(:\/\/[^:@/\s]+:)([^@\s]+)@/g,
      (_, start: string, value: string) => `${start}${masked(value)}@`,
    );
}

/** True for the name of an option whose value is told by a mark alone. */
export function isSecretOption(name: string): boolean {
  return secret.test(name);
}

export const maskPattern = /\[secret [0-9a-f]{6}\]/;

/** Tells one secret from another without saying anything of it. */
function masked(value: string): string {
  return `[secret ${sha256(`veza-db secret\n${value}`).slice(0, 6)}]`;
}
