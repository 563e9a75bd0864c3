import type { Change } from "../model.ts";

/** A value as postgresql.conf takes it: bare numbers and words as they are, all else in quotes. */
export function confValue(text: string): string {
  return /^-?[\w.]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Lines for postgresql.conf or a file that it includes. */
export function renderConf(changes: readonly Change[]): string {
  return changes
    .map(
      ({ name, recommendedText, reason, source, restart }) =>
        `# ${reason}${restart ? " (needs a restart)" : ""}\n#   ${source}\n${name} = ${confValue(recommendedText)}\n`,
    )
    .join("");
}
