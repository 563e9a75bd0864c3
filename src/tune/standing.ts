import type { FileLine, Outcome, Override } from "./model.ts";
import type { Configuration } from "./read.ts";
import { isReckoned, isSame, parseValue } from "./value.ts";

/** How a setting that was written stands, as a new session finds it. Pure. */
export function standingOf(
  { name, wanted }: { readonly name: string; readonly wanted: string },
  { settings, lines, overrides }: Configuration,
): Outcome {
  const fact = settings.get(name);
  if (fact === undefined)
    return {
      name,
      wanted,
      actual: "",
      unit: null,
      status: "strayed",
      by: ["the server knows no such setting"],
    };
  const base = { name, wanted, actual: fact.setting, unit: fact.unit };
  const written = autoValue(lines, name);
  const isWanted = (text: string): boolean => isSame(parseValue(text, fact) ?? text, wanted);
  if (lines !== null && (written === null || !isWanted(written)))
    return {
      ...base,
      status: "strayed",
      by: [written === null ? "no line in postgresql.auto.conf" : `postgresql.auto.conf says ${written}`],
    };
  const by = [
    ...(fact.source === "command line" && !isSame(fact.setting, wanted) ? ["command line"] : []),
    ...overrides.filter((override) => override.name === name && !isWanted(override.value)).map(nameOf),
  ];
  if (by.length > 0) return { ...base, status: "overridden", by };
  if (isSame(fact.setting, wanted) || (wanted === "-1" && isReckoned(fact)))
    return { ...base, status: "applied", by };
  if (fact.pendingRestart) return { ...base, status: "pending restart", by };
  return { ...base, status: "strayed", by: [`${fact.setting} from ${fact.source}`] };
}

/** What postgresql.auto.conf says, as it stands there; null where it says nothing or cannot be read. */
export function autoValue(lines: readonly FileLine[] | null, name: string): string | null {
  return lines?.findLast((line) => line.isAuto && line.name === name)?.value ?? null;
}

function nameOf({ role, database, value }: Override): string {
  const who = [
    ...(role === null ? [] : [`role ${role}`]),
    ...(database === null ? [] : [`database ${database}`]),
  ].join(" in ");
  return `${who === "" ? "all roles" : who} (${value})`;
}
