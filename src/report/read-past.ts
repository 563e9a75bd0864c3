/** The snapshots of a period as what plots need: read one after the other, so that only two are held at a time. */
import { VezaError } from "../kernel/error.ts";
import { listSnapshots } from "../stats/snapshot/folder.ts";
import type { SnapshotFile } from "../stats/snapshot/folder.ts";
import type { Snapshot } from "../stats/snapshot/model.ts";
import { readSnapshot } from "../stats/snapshot/read-snapshot.ts";
import type { Moment } from "../stats/statements/compare.ts";
import { pointOf, stepBetween } from "./steps.ts";
import type { Point, Step } from "./steps.ts";

/** So many are read at most, and so many bytes of them. */
const mostSnapshots = 120;
const mostBytes = 96 * 2 ** 20;
/** Moments that a served page shows: an hour of them, every ten seconds. */
const mostLive = 360;

export interface Past {
  readonly from: string | null;
  readonly count: number;
  readonly found: number;
  /** The statements as they stood when the period began. */
  readonly moment: Moment | undefined;
  /** What stood at each snapshot, and what happened between each two. */
  readonly points: readonly Point[];
  readonly steps: readonly Step[];
  /** The last one, which the present moment is compared with. */
  readonly last: Snapshot | undefined;
  readonly notes: readonly string[];
}

/** The snapshots since `sinceMs` of one database, evenly thinned where there are many. */
export function readPast(folder: string, sinceMs: number, database: string | undefined): Past {
  const files = listSnapshots(folder).filter(({ at }) => at >= sinceMs);
  const chosen = thin(files);
  const notes: string[] = [];
  if (chosen.length < files.length) {
    notes.push(`${chosen.length} of the ${files.length} snapshots of the period were read, evenly spaced.`);
  }
  const points: Point[] = [];
  const steps: Step[] = [];
  let first: Snapshot | undefined;
  let last: Snapshot | undefined;
  let others = 0;
  for (const { path, name } of chosen) {
    const snapshot = readOne(path, folder, name, notes);
    if (snapshot === undefined) continue;
    if (database !== undefined && snapshot.database !== database) {
      others++;
      continue;
    }
    if (last !== undefined) steps.push(stepBetween(last, snapshot));
    points.push(pointOf(snapshot));
    first ??= snapshot;
    last = snapshot;
  }
  if (others > 0) notes.push(`${others} snapshots are of other databases than this one.`);
  return {
    from: first?.takenAt ?? null,
    count: points.length,
    found: files.length,
    moment:
      first?.statements == null
        ? undefined
        : { takenAt: first.takenAt, statements: first.statements.entries },
    points,
    steps,
    last,
    notes,
  };
}

/** The past, grown by one moment; of so many that they make a tangle the oldest goes. */
export function extendPast(past: Past, now: Snapshot | undefined): Past {
  if (now === undefined) return past;
  const { last } = past;
  return {
    ...past,
    from: past.from ?? now.takenAt,
    moment:
      past.moment ??
      (now.statements === null ? undefined : { takenAt: now.takenAt, statements: now.statements.entries }),
    points: [...past.points, pointOf(now)].slice(-mostLive),
    steps: (last === undefined ? [] : [...past.steps, stepBetween(last, now)]).slice(-mostLive),
    last: now,
  };
}

/** So many as the limits allow, the first and the last among them. */
export function thin(files: readonly SnapshotFile[]): readonly SnapshotFile[] {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const mean = files.length === 0 ? 1 : Math.max(1, bytes / files.length);
  const most = Math.max(2, Math.min(mostSnapshots, Math.floor(mostBytes / mean)));
  if (files.length <= most) return files;
  return Array.from({ length: most }, (_, index) => {
    const file = files[Math.round((index * (files.length - 1)) / (most - 1))];
    return file === undefined ? [] : [file];
  }).flat();
}

function readOne(path: string, folder: string, name: string, notes: string[]): Snapshot | undefined {
  try {
    return readSnapshot(path, folder, folder);
  } catch (error) {
    if (!(error instanceof VezaError)) throw error;
    notes.push(`The snapshot ${name} was left out: ${error.message}`);
    return undefined;
  }
}
