import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { compareText } from "../kernel/compare.ts";
import { journalSchema } from "./journal.ts";
import type { Journal } from "./journal.ts";

const journalType = z.object({
  schema: z.literal(journalSchema),
  id: z.string(),
  state: z.enum(["applying", "applied", "taken back", "undone"]),
  cluster: z.string(),
  server: z.string(),
  version: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  settings: z.array(
    z.object({ name: z.string(), before: z.string().nullable(), after: z.string(), wanted: z.string() }),
  ),
});

/** The journals of one cluster, the oldest first. */
export function readJournals(folder: string, cluster: string): Journal[] {
  return (
    names(folder)
      .filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]{8}\.json$/.test(name))
      .map((name) => readJournal(join(folder, name)))
      .filter((journal) => journal.cluster === cluster)
      // The name knows the second alone.
      .toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt) || compareText(a.id, b.id))
  );
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw unreadable(folder, error);
  }
}

function readJournal(file: string): Journal {
  try {
    return journalType.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): VezaError {
  return new VezaError({
    code: "tune.journal-unreadable",
    ending: "environment",
    message: `${file} cannot be read as a journal.`,
    detail: messageOf(error),
    hint: `Move it away when it is not needed: mv ${file} ${file}.old`,
    state: "Nothing was changed.",
    cause: error,
  });
}
