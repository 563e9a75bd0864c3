import { VezaError, usageError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { finish } from "./apply.ts";
import type { ApplyPorts } from "./apply.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { FileLine, SettingFact } from "./model.ts";
import type { Forbidden } from "./permit.ts";
import type { Configuration } from "./read.ts";
import { refuse } from "./refusal.ts";
import { autoValue } from "./standing.ts";
import { refuseOnStandby } from "./validate.ts";
import { isSame, parseValue } from "./value.ts";
import { reloadAndRead, writeFailure, writeSetting } from "./write.ts";

export interface UndoStep extends JournalEntry {
  /** What postgresql.auto.conf says now; null: nothing. */
  readonly now: string | null;
  /** `restore`: ours still stands there. `there`: what stood before stands there. `changed`: somebody wrote something else. */
  readonly action: "restore" | "there" | "changed";
}

/**
 * The journal that undo takes back: the one named, else the newest that is not taken back. By force also one that is
 * undone, since what was kept then may be restored later. Undefined: there is none.
 */
export function chooseJournal(
  journals: readonly Journal[],
  id: string | undefined,
  isForced = false,
): Journal | undefined {
  const open = journals.filter(({ state }) => state === "applied" || state === "applying");
  if (id === undefined) return open.at(-1);
  const found = journals.find((journal) => journal.id === id);
  if (found === undefined)
    throw usageError(
      "tune.no-such-run",
      `There is no journal ${id} of this server.`,
      open.length === 0 ? "veza-db tune check" : `veza-db tune undo ${open.at(-1)?.id ?? ""}`,
      open.length === 0 ? undefined : open.map((journal) => `${journal.id}  ${journal.state}`).join("\n"),
    );
  if (open.includes(found) || (isForced && found.state === "undone")) return found;
  throw new VezaError({
    code: "tune.already-undone",
    ending: "refused",
    message: `${id} is ${found.state} already.`,
    hint: "veza-db tune check",
    state: "Nothing was changed.",
  });
}

/** What becomes of each setting of a journal. Pure. */
export function planUndo(
  { settings: entries }: Journal,
  {
    lines,
    settings,
  }: { readonly lines: readonly FileLine[] | null; readonly settings: ReadonlyMap<string, SettingFact> },
): UndoStep[] {
  return entries.map((entry) => {
    const now = autoValue(lines, entry.name);
    const fact = settings.get(entry.name);
    const native = (text: string | null): string | null =>
      text === null || fact === undefined ? text : (parseValue(text, fact) ?? text);
    const equals = (one: string | null, other: string | null): boolean =>
      one === null || other === null ? one === other : isSame(one, other);
    if (equals(native(now), native(entry.before))) return { ...entry, now, action: "there" };
    return { ...entry, now, action: equals(native(now), entry.wanted) ? "restore" : "changed" };
  });
}

/**
 * Newer runs that wrote a setting over this one's value: to undo them shall give what stood there before this run, since
 * this one is about to be gone. `journals` begin with the oldest. Gives those journals, mended. Pure.
 */
export function skipOver(
  journal: Journal,
  kept: readonly UndoStep[],
  journals: readonly Journal[],
): Journal[] {
  const newerRuns = journals.slice(journals.findIndex(({ id }) => id === journal.id) + 1);
  const mended = new Map<string, Journal>();
  for (const { name, after, before } of kept) {
    const newer = newerRuns.find(
      ({ state, settings }) => state === "applied" && settings.some((entry) => entry.name === name),
    );
    if (newer === undefined) continue;
    const now = mended.get(newer.id) ?? newer;
    const settings = now.settings.map((entry) =>
      // Another value: somebody wrote it between the two, and that is what stood there.
      entry.name === name && entry.before === after ? { ...entry, before } : entry,
    );
    mended.set(newer.id, { ...now, settings });
  }
  return [...mended.values()];
}

/** What would keep a standby from starting, were these steps taken. Pure. */
export function refuseUndo(steps: readonly UndoStep[], configuration: Configuration): void {
  const refusals = steps.flatMap(({ name, before }) => {
    const fact = configuration.settings.get(name);
    if (fact === undefined) return [];
    // Without a line of its own the files before it count, then what PostgreSQL comes with.
    const text =
      before ?? configuration.lines?.findLast((line) => line.name === name && !line.isAuto)?.value ?? null;
    const value = text === null ? fact.bootValue : parseValue(text, fact);
    return value === null || value === undefined ? [] : (refuseOnStandby(name, value, configuration) ?? []);
  });
  refuse(refusals, "Lower it on the primary first, then here again: veza-db tune undo");
}

/**
 * What takes a run back where allow_alter_system is off: the lines that stood there, for whoever keeps the files, and the
 * way to let undo write them. Pure.
 */
export function whereForbidden(
  steps: readonly UndoStep[],
  { lines }: Pick<Configuration, "lines">,
  again: string,
): Forbidden {
  const at = lines?.findLast(({ name }) => name === "allow_alter_system");
  const place = at?.file == null ? "postgresql.conf" : `${at.file} at line ${at.line ?? ""}`;
  return {
    detail: steps
      .filter(({ action }) => action !== "there")
      .map(({ name, before, now }) => `${name}: ${now ?? "no line"} now, ${before ?? "no line"} before`),
    hint: `With allow_alter_system = on in ${place}: psql -c "SELECT pg_reload_conf()", then ${again}`,
  };
}

/** Restores what stood in postgresql.auto.conf; gives the server as a new session finds it. */
export async function undoSteps(
  db: Db,
  journal: Journal,
  steps: readonly UndoStep[],
  ports: ApplyPorts,
): Promise<Configuration> {
  try {
    for (const { name, before } of steps) {
      ports.tell(before === null ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = ${before}`);
      await writeSetting(db, name, before);
    }
    const now = await reloadAndRead(db, ports.reconnect);
    finish(ports.folder, journal, "undone");
    return now;
  } catch (error) {
    throw writeFailure(error).with({
      hint: `veza-db tune undo ${journal.id}`,
      state: "Some settings may have their earlier values; run undo again to go on.",
    });
  }
}
