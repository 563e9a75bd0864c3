import { formatBytes } from "../bytes.ts";
import type { WalDisk } from "../model.ts";
import { GB, MB, clamp, docsOn, leave, set } from "./rule.ts";
import type { Rule, Situation } from "./rule.ts";

const bases = { web: 4 * GB, mixed: 4 * GB, oltp: 8 * GB, dw: 16 * GB, desktop: 2 * GB } as const;
const leasts = { web: GB, mixed: GB, oltp: 2 * GB, dw: 4 * GB, desktop: 100 * MB } as const;

const checkpointTimeout: Rule = {
  name: "checkpoint_timeout",
  source: docsOn("checkpoint_timeout"),
  advise: (at) => {
    const current = at.amount("checkpoint_timeout");
    const wanted = 15 * 60_000;
    if (at.wishes.profile === "desktop" || current >= wanted)
      return leave("often enough for a crash to be recovered from quickly, and no cost that shows.");
    return set(
      wanted,
      "each checkpoint makes the first change of every page write the page whole; the price is a longer recovery after a crash",
    );
  },
};

const maxWalSize: Rule = {
  name: "max_wal_size",
  source: `${docsOn("max_wal_size")}; pgtune's sizes`,
  advise: (at) => {
    const current = at.amount("max_wal_size");
    const base = bases[at.wishes.profile];
    const { checkpointsTimed, checkpointsRequested, walBytes, walSinceMs } = at.facts.load;
    const isDemanded = checkpointsRequested >= 10 && checkpointsRequested > checkpointsTimed / 10;
    // What is written between two checkpoints by the clock. One is begun when about half of max_wal_size is written
    // (1 / (1 + checkpoint_completion_target)), and some hours write more than others: three times that.
    const written =
      walSinceMs === null || walSinceMs < 3_600_000
        ? 0
        : (walBytes / walSinceMs) * at.amount("checkpoint_timeout") * 3;
    const wish =
      Math.floor(clamp(Math.max(base, written, isDemanded ? current * 2 : 0), base, 64 * GB) / MB) * MB;
    const { walDisk } = at.facts.machine;
    const most = mostOf(walDisk);
    const wanted = Math.min(wish, most);
    if (current >= wanted)
      return leave(
        walDisk !== null && most < wish && current < wish
          ? `${formatBytes(wish)} would do, and the disk of pg_wal has ${formatBytes(walDisk.freeBytes)} free, which allows no more.`
          : `${formatBytes(current)} is enough, and space that somebody has allowed.`,
      );
    const why = isDemanded
      ? `${checkpointsRequested} checkpoints came by demand, ${checkpointsTimed} by the clock`
      : "checkpoints by the clock, not because this was full";
    const room =
      walDisk === null
        ? "pg_wal needs so much room on its disk"
        : `the disk of pg_wal has ${formatBytes(walDisk.freeBytes)} free${most < wish ? `, else it were ${formatBytes(wish)}` : ""}`;
    return set(wanted, `${why}; ${room}`);
  },
};

/** A limit that is soft: a slot, a slow archive or a standby that is away keep more, and the data may lie there too. */
function mostOf(disk: WalDisk | null): number {
  if (disk === null) return Number.POSITIVE_INFINITY;
  const step = 256 * MB;
  return Math.floor((0.6 * (disk.freeBytes + disk.walBytes)) / step) * step;
}

const minWalSize: Rule = {
  name: "min_wal_size",
  source: `${docsOn("min_wal_size")}; pgtune's sizes`,
  advise: (at) => {
    const wanted = Math.min(leasts[at.wishes.profile], at.amount("max_wal_size") / 2);
    if (at.amount("min_wal_size") >= wanted) return leave("enough files are kept to be used again.");
    return set(wanted, "so many files are kept and used again in place of being made anew");
  },
};

const checkpointCompletionTarget: Rule = {
  name: "checkpoint_completion_target",
  source: "release notes of PostgreSQL 14: the default went from 0.5 to 0.9",
  advise: (at) =>
    at.amount("checkpoint_completion_target") < 0.9
      ? set(0.9, "spreads a checkpoint's writes; 0.9 is the default since 14")
      : leave("0.9 is the default since 14; saying it again gains nothing."),
};

const walBuffers: Rule = {
  name: "wal_buffers",
  source: `${docsOn("wal_buffers")}: -1 takes a 32nd of shared_buffers, at most one WAL segment`,
  advise: (at) => leave(walBuffersReason(at)),
};

function walBuffersReason(at: Situation): string {
  const buffers = at.amount("shared_buffers");
  const automatic = formatBytes(Math.min(buffers / 32, 16 * MB));
  return `-1 comes to ${automatic} by itself with these shared_buffers; a value of one's own costs a restart and gains nothing.`;
}

const walCompression: Rule = {
  name: "wal_compression",
  source: `${docsOn("wal_compression")}; pgtune`,
  advise: (at) => {
    const { choices } = at.facts.settings.get("wal_compression") ?? {};
    if (at.value("wal_compression") !== "off") return leave("it is on already.");
    if (choices?.includes("lz4") !== true)
      return leave(
        "this server has only pglz for it, which costs more processor time than most disks need saved.",
      );
    if (at.wishes.profile === "desktop") return leave("little WAL is written.");
    return set("lz4", "whole pages after a checkpoint shrink to a half or less, for little processor time");
  },
};

const walLevel: Rule = {
  name: "wal_level",
  source: `${docsOn("wal_level")}: minimal with max_wal_senders above 0, or with a slot, keeps the server from starting`,
  advise: () => leave("never touched: backups and standbys rest on it."),
};

export const walRules: readonly Rule[] = [
  checkpointTimeout,
  maxWalSize,
  minWalSize,
  checkpointCompletionTarget,
  walBuffers,
  walCompression,
  walLevel,
];
