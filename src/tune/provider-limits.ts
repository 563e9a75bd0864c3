/** What providers let be set, where that is less than PostgreSQL itself takes. As their manuals have it; nobody else says it. */
import type { Facts, Platform, SettingFact } from "./model.ts";
import { nativeOf } from "./value.ts";

/** In the setting's own unit. */
interface Limit {
  readonly min?: number;
  readonly max?: number;
}

/** Parts of the instance's memory. */
interface Share {
  readonly least: number;
  readonly most: number;
}

interface ProviderLimits {
  readonly limits: Readonly<Record<string, Limit>>;
  readonly shares: Readonly<Record<string, Share>>;
}

const none: ProviderLimits = { limits: {}, shares: {} };

const providers: Readonly<Record<Platform, ProviderLimits>> = {
  self: none,
  rds: none,
  // "Configure database flags" of Cloud SQL for PostgreSQL.
  cloudsql: {
    limits: { max_connections: { min: 14, max: 262_143 }, max_worker_processes: { min: 8 } },
    shares: {
      effective_cache_size: { least: 0.1, most: 0.7 },
      shared_buffers: { least: 0.1, most: 0.6 },
    },
  },
  // "Server parameters" of Azure Database for PostgreSQL flexible server.
  azure: {
    limits: {
      autovacuum_work_mem: { max: 2_097_151 },
      maintenance_work_mem: { max: 2_097_151 },
      max_connections: { min: 25, max: 5000 },
      max_parallel_maintenance_workers: { max: 64 },
      max_wal_size: { max: 65_536 },
      work_mem: { min: 4096, max: 2_097_151 },
    },
    shares: {},
  },
};

/** The settings with the bounds that hold on this platform. Pure. */
export function withProviderLimits<T extends Pick<Facts, "settings" | "machine">>(
  facts: T,
  platform: Platform,
): T {
  const { limits, shares } = providers[platform];
  const settings = new Map(facts.settings);
  for (const [name, limit] of Object.entries(limits)) tighten(settings, name, limit);
  for (const [name, { least, most }] of Object.entries(shares)) {
    const fact = settings.get(name);
    if (fact === undefined) continue;
    const part = (share: number): number => Number(nativeOf(facts.machine.ram.value * share, fact));
    tighten(settings, name, { min: part(least), max: part(most) });
  }
  return { ...facts, settings };
}

function tighten(settings: Map<string, SettingFact>, name: string, { min, max }: Limit): void {
  const fact = settings.get(name);
  if (fact === undefined) return;
  // -1 stands for something else, and is taken wherever PostgreSQL takes it.
  const isSpecial = Number(fact.min) < 0;
  settings.set(name, {
    ...fact,
    min: min === undefined || isSpecial ? fact.min : String(Math.max(min, Number(fact.min ?? min))),
    max: max === undefined ? fact.max : String(Math.min(max, Number(fact.max ?? max))),
  });
}
