import { formatBytes } from "../bytes.ts";
import { budgetLimit, leastWorkMem, sharedMemory } from "../budget.ts";
import { GB, MB, clamp, docsOn, kB, leave, rounded, set } from "./rule.ts";
import type { Rule, Situation } from "./rule.ts";

/** What the memory would give to those that do not depend on the number of connections. Bytes. */
interface Parts {
  readonly buffers: number;
  readonly maintenance: number;
  readonly worker: number;
  /** Below 1 where so many connections leave room for no more than that part of it. */
  readonly factor: number;
  /** The buffers are seen to miss. */
  readonly misses: boolean;
}

function partsOf(at: Situation): Parts {
  const { profile } = at.wishes;
  const { blocksRead, databaseBytes } = at.facts.load;
  // Only where it is counted, and larger than a glance: a cold start misses everything once.
  const misses =
    profile !== "desktop" && blocksRead > 1_000_000 && hitRatio(at) < 0.95 && databaseBytes > at.ram / 4;
  const workers = Math.max(1, at.amount("autovacuum_max_workers"));
  const buffers = misses ? at.ram * 0.35 : at.ram / (profile === "desktop" ? 16 : 4);
  const maintenance = clamp(at.ram / (profile === "dw" ? 8 : 16), 4 * MB, 2 * GB);
  // Before 17 a vacuum uses no more than 1 GB; dead rows of some 170 million fit there.
  const worker = clamp(at.ram / 32 / workers, Math.min(at.ram / 32, 16 * MB), GB);
  const withBuffers = (bytes: number): number =>
    sharedMemory((name) => (name === "shared_buffers" ? bytes : at.amount(name)));
  const spare = budgetLimit(at.ram) - leastOfSessions(at) - withBuffers(0);
  const wish = withBuffers(buffers) - withBuffers(0) + maintenance + workers * worker;
  const factor = clamp(spare / wish, 1 / 4, 1);
  return {
    buffers: buffers * factor,
    maintenance: maintenance * factor,
    // Before 17 the server takes nothing below that.
    worker: Math.max(MB, worker * factor),
    factor,
    misses,
  };
}

function hitRatio({ facts: { load } }: Situation): number {
  return load.blocksHit / Math.max(1, load.blocksHit + load.blocksRead);
}

/** What the sessions take at the least work_mem. */
function leastOfSessions(at: Situation): number {
  const multiplier = at.major < 15 ? 2 : at.amount("hash_mem_multiplier");
  return at.amount("max_connections") * leastWorkMem * multiplier;
}

function squeezed({ factor }: Parts, at: Situation): string {
  return factor < 1 ? `; less than usual, since ${at.amount("max_connections")} connections need room` : "";
}

const sharedBuffers: Rule = {
  name: "shared_buffers",
  source: `${docsOn("shared_buffers")}: a quarter of the memory, more than 40 % seldom helps`,
  advise: (at) => {
    const parts = partsOf(at);
    const wanted = Math.floor(parts.buffers / MB) * MB;
    const current = at.amount("shared_buffers");
    if (current > wanted && current <= at.ram * 0.4 && parts.factor === 1)
      return leave(
        `${formatBytes(current)} is more than the ${formatBytes(wanted)} to begin with, and fits the memory: somebody chose it.`,
      );
    const share = parts.misses
      ? `35 % of the memory: ${(hitRatio(at) * 100).toFixed(1)} % of the blocks were found in the buffers, and the databases take ${formatBytes(at.facts.load.databaseBytes)}`
      : `1/${at.wishes.profile === "desktop" ? 16 : 4} of the memory; the rest caches files and serves sessions`;
    return set(Math.max(wanted, 128 * kB), `${share}${squeezed(parts, at)}`);
  },
};

const effectiveCacheSize: Rule = {
  name: "effective_cache_size",
  source: `${docsOn("effective_cache_size")}; pgtune's three quarters`,
  advise: (at) =>
    set(
      rounded(at.ram * (at.wishes.profile === "desktop" ? 0.25 : 0.75)),
      "what buffers and the system's file cache hold together; an estimate for the planner, takes no memory",
    ),
};

const maintenanceWorkMem: Rule = {
  name: "maintenance_work_mem",
  source: `${docsOn("maintenance_work_mem")}; pgtune's sixteenth, an eighth for dw`,
  advise: (at) => {
    const { largestIndexBytes } = at.facts.load;
    const parts = partsOf(at);
    const needed =
      largestIndexBytes > 0 ? `; the largest index here takes ${formatBytes(largestIndexBytes)}` : "";
    return set(
      rounded(parts.maintenance),
      `for index builds and VACUUM, which run few at a time${needed}${squeezed(parts, at)}`,
    );
  },
};

const autovacuumWorkMem: Rule = {
  name: "autovacuum_work_mem",
  source: `${docsOn("autovacuum_work_mem")}: autovacuum_max_workers times this may be taken`,
  advise: (at) => {
    const workers = Math.max(1, at.amount("autovacuum_max_workers"));
    const maintenance = at.amount("maintenance_work_mem");
    const share = partsOf(at).worker;
    if (share >= maintenance) {
      if (at.amount("autovacuum_work_mem") > maintenance)
        return set(-1, "more than maintenance_work_mem, which is what the memory allows; -1 takes that");
      return leave("each worker takes maintenance_work_mem (-1) or less, which is small enough.");
    }
    return set(
      rounded(share),
      `each of ${workers} autovacuum workers may take that much; left at -1 it would be maintenance_work_mem each`,
    );
  },
};

const hashMemMultiplier: Rule = {
  name: "hash_mem_multiplier",
  source: "release notes of PostgreSQL 15: the default went from 1 to 2",
  advise: (at) =>
    at.major < 15
      ? set(2, "hashing gains more from memory than sorting; 2 is what 15 and newer come with")
      : leave("2 is the default since 15, and is reckoned with in the budget."),
};

/** Of what is left to sessions, how much each profile gives to work_mem. */
const shares = { web: 0.5, oltp: 0.4, mixed: 0.6, dw: 0.9, desktop: 0.2 } as const;
/** More helps no statement of that kind, and many of them at once would feel it. */
const mosts = { web: 64 * MB, oltp: 32 * MB, mixed: 128 * MB, dw: 2 * GB, desktop: 64 * MB } as const;

const workMem: Rule = {
  name: "work_mem",
  source: `${docsOn("work_mem")}: each sort and hash of each session may take it; the budget below`,
  advise: (at) => {
    const { profile } = at.wishes;
    const { temporaryFiles, temporaryBytes } = at.facts.load;
    const each = leftToSessions(at) / (at.amount("max_connections") * at.amount("hash_mem_multiplier"));
    const base = clamp(each * shares[profile], leastWorkMem, mosts[profile]);
    const sum = `${formatBytes(Math.max(0, leftToSessions(at)))} are left to ${at.amount("max_connections")} connections`;
    if (each < 4 * MB)
      return set(
        rounded(clamp(each, leastWorkMem, 4 * MB)),
        `${sum}: more would break the budget; fewer connections behind a pooler would allow more`,
      );
    const spilled = temporaryFiles > 0 ? temporaryBytes / temporaryFiles : 0;
    if (temporaryFiles >= 100 && spilled > base)
      return set(
        rounded(clamp(2 * spilled, base, Math.min(each, 4 * mosts[profile]))),
        `${temporaryFiles} temporary files of ${formatBytes(spilled)} on average were written for want of it; ${sum}`,
      );
    return set(
      Math.max(4 * MB, rounded(base)),
      `${sum}, of which ${profile} gives ${shares[profile] * 100} % to sorts and hashes`,
    );
  },
};

function leftToSessions(at: Situation): number {
  const vacuum = at.amount("autovacuum_work_mem");
  const perWorker = vacuum < 0 ? at.amount("maintenance_work_mem") : vacuum;
  return (
    budgetLimit(at.ram) -
    sharedMemory(at.amount) -
    at.amount("maintenance_work_mem") -
    at.amount("autovacuum_max_workers") * perWorker
  );
}

const tempBuffers: Rule = {
  name: "temp_buffers",
  source: `${docsOn("temp_buffers")}: frozen in a session that has used a temporary table`,
  advise: () =>
    leave(
      "8MB is the default. Each session takes it for temporary tables alone; one that needs more says SET temp_buffers before its first.",
    ),
};

const hugePages: Rule = {
  name: "huge_pages",
  source: docsOn("huge_pages"),
  advise: () =>
    leave(
      "try is the default and takes them where the system has set some aside; on would keep the server from starting without.",
    ),
};

/** In the order in which one rests on the other. */
export const memoryRules: readonly Rule[] = [
  sharedBuffers,
  effectiveCacheSize,
  maintenanceWorkMem,
  autovacuumWorkMem,
  hashMemMultiplier,
  workMem,
  tempBuffers,
  hugePages,
];
