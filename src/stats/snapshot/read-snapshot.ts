import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { messageOf, usageError } from "../../kernel/error.ts";
import { snapshotSchema } from "./model.ts";
import type { Snapshot } from "./model.ts";

const counters = z.record(z.string(), z.number());
const statement = z.object({
  userId: z.string(),
  databaseId: z.string(),
  queryid: z.string(),
  toplevel: z.boolean(),
  user: z.string(),
  database: z.string(),
  since: z.string().exactOptional(),
  counters,
  meanMs: z.number().exactOptional(),
  stddevMs: z.number().exactOptional(),
  maxMs: z.number().exactOptional(),
});
const info = z.object({
  entries: z.number(),
  maxEntries: z.number().nullable(),
  hidden: z.number(),
  evictions: z.number().nullable(),
  resetAt: z.string().nullable(),
});
const shape = z.object({
  schema: z.literal(snapshotSchema),
  takenAt: z.iso.datetime({ offset: true }),
  server: z.object({ version: z.string(), startedAt: z.string() }),
  database: z.string(),
  statements: z
    .object({ entries: z.array(statement), info, texts: z.record(z.string(), z.string()) })
    .nullable(),
  tables: z.array(
    z.object({
      schema: z.string(),
      table: z.string(),
      bytes: z.number(),
      rows: z.number(),
      indexBytes: z.number().exactOptional(),
      partOf: z.object({ schema: z.string(), table: z.string() }).exactOptional(),
      counters: counters.nullable(),
    }),
  ),
  sections: z.array(z.object({ name: z.string(), resetAt: z.string().nullable(), counters })),
  gauges: counters.exactOptional(),
  notes: z.array(z.string()),
});

/** A snapshot as it was written. `name` is a path, a name in the folder of snapshots, or `latest`. */
export function readSnapshot(name: string, cwd: string, folder: string): Snapshot {
  const path = findSnapshot(name, cwd, folder);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw usageError(
      "stats.snapshot-unreadable",
      `The snapshot ${path} cannot be read.`,
      "veza-db stats snapshot",
      messageOf(error),
    );
  }
  const parsed = shape.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usageError(
      "stats.snapshot-invalid",
      `${path} is no snapshot that this version can read (${snapshotSchema}).`,
      "veza-db stats snapshot",
      issue === undefined ? undefined : `${issue.path.join(".")}: ${issue.message}`,
    );
  }
  const { statements, ...rest } = parsed.data;
  if (statements === null) return { ...rest, statements };
  // Named one by one, since a statement has every field, if only as undefined.
  const entries = statements.entries.map(({ since, meanMs, stddevMs, maxMs, ...entry }) => ({
    ...entry,
    since,
    meanMs,
    stddevMs,
    maxMs,
  }));
  return { ...rest, statements: { ...statements, entries } };
}

function findSnapshot(name: string, cwd: string, folder: string): string {
  const known = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".json"))
        .toSorted()
    : [];
  const latest = known.at(-1);
  if (name === "latest" && latest !== undefined) return join(folder, latest);
  const candidates = [resolve(cwd, name), join(folder, name), join(folder, `${name}.json`)];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const detail =
    known.length === 0
      ? `There are no snapshots in ${folder}.`
      : `In ${folder}: ${known.slice(-10).join(", ")}`;
  throw usageError(
    "stats.no-such-snapshot",
    `There is no snapshot ${name}.`,
    "veza-db stats snapshot",
    detail,
  );
}
