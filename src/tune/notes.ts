import type { Situation } from "./advice/rule.ts";
import { formatBytes } from "./bytes.ts";
import type { Change, Facts, Wishes } from "./model.ts";

/** What the settings alone cannot mend. Pure. */
export function notesOf(
  { machine, settings, server, load }: Facts,
  wishes: Wishes,
  changes: readonly Change[],
  at: Situation,
): string[] {
  const notes: string[] = [];
  const buffers = at.amount("shared_buffers");
  for (const { name } of changes) {
    if (settings.get(name)?.source === "command line")
      notes.push(
        `${name} is given on the server's command line, which stands over ALTER SYSTEM: change it there.`,
      );
  }
  if (wishes.connections !== undefined && wishes.connections < load.connectionsPeak)
    notes.push(
      `${load.connectionsPeak} connections at once were seen: with ${wishes.connections} some clients will find no place.`,
    );
  if (!wishes.isDiskGiven)
    notes.push(
      `The disk is taken for ${wishes.disk}: virtual disks do not say what they are. --disk names another kind.`,
    );
  if (buffers >= 8 * 1024 ** 3 && (machine.hugePageBytes ?? 1) === 0)
    notes.push(
      `With ${formatBytes(buffers)} of shared_buffers huge pages save memory and time: set vm.nr_hugepages to ${Math.ceil((buffers * 1.05) / (2 * 1024 ** 2))} on the server's machine.`,
    );
  if (
    machine.sharedMemoryBytes !== null &&
    machine.sharedMemoryBytes <= 64 * 1024 ** 2 &&
    at.amount("max_parallel_workers_per_gather") > 0
  )
    notes.push(
      `/dev/shm of the server's container has ${formatBytes(machine.sharedMemoryBytes)}, too little for parallel queries: start it with --shm-size=1g.`,
    );
  notes.push(...notesOfWal(machine, changes, at));
  if (server.isAurora)
    notes.push(
      "Aurora keeps its cache, storage and WAL in its own way: the budget of the memory does not hold there.",
    );
  if ((load.sinceMs ?? 0) < 86_400_000)
    notes.push("The statistics are younger than a day: what the server has been through says little yet.");
  return notes;
}

/** Where the rule could not reckon with the disk, and where a value of the caller's own does not fit it. */
function notesOfWal(
  { walDisk }: Facts["machine"],
  changes: readonly Change[],
  at: Situation,
): readonly string[] {
  if (!changes.some(({ name }) => name === "max_wal_size")) return [];
  const wanted = at.amount("max_wal_size");
  if (walDisk === null)
    return [
      `How much room the disk of pg_wal has cannot be seen from here: max_wal_size lets the WAL take ${formatBytes(wanted)} of it, and more for a while.`,
    ];
  const room = walDisk.freeBytes + walDisk.walBytes;
  return wanted <= room
    ? []
    : [
        `max_wal_size lets the WAL take ${formatBytes(wanted)}, and its disk has ${formatBytes(room)} for it: a server whose pg_wal is full stops.`,
      ];
}
