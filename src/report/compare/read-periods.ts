import { basename, dirname, join, resolve } from "node:path";
import { usageError } from "../../kernel/error.ts";
import { listSnapshots } from "../../stats/snapshot/folder.ts";
import type { SnapshotFile } from "../../stats/snapshot/folder.ts";
import { readSnapshot } from "../../stats/snapshot/read-snapshot.ts";
import type { Period } from "./model.ts";

const howTo =
  "A period is <snapshot>..<snapshot>, a day as 2026-11-23 (UTC), or one snapshot, for the time since the one before it.";

/** The period that a text names, with the two snapshots at its ends. */
export function readPeriod(name: string, cwd: string, folder: string): Period {
  const [from, to] = endsOf(name, cwd, folder);
  const [first, last] = [readSnapshot(from, cwd, folder), readSnapshot(to, cwd, folder)];
  if (Date.parse(first.takenAt) < Date.parse(last.takenAt)) return { name, from: first, to: last };
  throw usageError("report.bad-period", `The period ${name} ends before it begins.`, howTo);
}

function endsOf(name: string, cwd: string, folder: string): readonly [from: string, to: string] {
  const range = /^(.+?)\.\.(.+)$/.exec(name);
  if (range !== null && !name.startsWith("../")) return [range[1] ?? "", range[2] ?? ""];
  if (/^\d{4}-\d\d-\d\d$/.test(name)) {
    const compact = name.replaceAll("-", "");
    const ofDay = listSnapshots(folder).filter((file) => file.name.startsWith(compact));
    const [first, last] = [ofDay[0], ofDay.at(-1)];
    if (first !== undefined && last !== undefined && first !== last) return [first.path, last.path];
    throw usageError(
      "report.bad-period",
      `There are fewer than two snapshots of ${name} in ${folder}.`,
      howTo,
      listed(listSnapshots(folder)),
    );
  }
  const around = [folder, dirname(resolve(cwd, name))].map((one) => listSnapshots(one));
  for (const files of around) {
    const at =
      name === "latest" ? files.length - 1 : files.findIndex((file) => file.name === withEnding(name));
    const [before, own] = [files[at - 1], files[at]];
    if (before !== undefined && own !== undefined) return [before.path, own.path];
  }
  throw usageError(
    "report.bad-period",
    `There is no snapshot before ${name}, so that it ends no period.`,
    howTo,
    listed(listSnapshots(folder)) ?? `There are no snapshots in ${join(folder)}.`,
  );
}

function withEnding(name: string): string {
  const own = basename(name);
  return own.endsWith(".json") ? own : `${own}.json`;
}

function listed(files: readonly SnapshotFile[]): string | undefined {
  return files.length === 0
    ? undefined
    : `There are ${files
        .slice(-10)
        .map(({ name }) => name)
        .join(", ")}`;
}
