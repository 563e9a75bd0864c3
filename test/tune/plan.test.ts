/** What is advised for a machine and a load, as tables: no server is asked. */
import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { renderCloudSql, renderRds } from "../../src/tune/formats/providers.ts";
import { checkApplied } from "../../src/tune/check.ts";
import { profiles } from "../../src/tune/model.ts";
import type {
  Facts,
  Load,
  Plan,
  Platform,
  ServerState,
  SettingFact,
  WalDisk,
  Wishes,
} from "../../src/tune/model.ts";
import { planTuning } from "../../src/tune/plan.ts";
import { withProviderLimits } from "../../src/tune/provider-limits.ts";
import { refuseUndo } from "../../src/tune/undo.ts";
import { findRefusals } from "../../src/tune/validate.ts";
import { isSame, parseValue, textOf } from "../../src/tune/value.ts";
import { settingsOf } from "./support/settings.ts";

const MB = 1024 ** 2;
const GB = 1024 ** 3;

const quiet: Load = {
  sinceMs: 7 * 86_400_000,
  temporaryFiles: 0,
  temporaryBytes: 0,
  blocksHit: 1e9,
  blocksRead: 1e6,
  checkpointsTimed: 2000,
  checkpointsRequested: 3,
  checkpointsSinceMs: 7 * 86_400_000,
  walBytes: GB,
  walFullPageImages: 1000,
  walSinceMs: 7 * 86_400_000,
  connectionsNow: 5,
  connectionsAverage: 4,
  connectionsPeak: 12,
  databaseBytes: 20 * GB,
  largestTableRows: 1e6,
  largestIndexBytes: 100 * MB,
  tablesBehindVacuum: 0,
  deadRowsBehindVacuum: 0,
  busyVacuumWorkers: 0,
};

interface Case {
  readonly walDisk?: WalDisk;
  readonly major?: number;
  readonly ram?: number;
  readonly cpus?: number;
  readonly load?: Partial<Load>;
  readonly server?: Partial<ServerState>;
  readonly settings?: Readonly<Record<string, Partial<SettingFact>>>;
}

function factsOf({ major = 15, ram = 16 * GB, cpus = 8, load, server, settings, walDisk }: Case): Facts & {
  readonly seenRam: number | null;
} {
  return {
    server: {
      version: `${major}.1`,
      major,
      systemIdentifier: "1",
      database: "app",
      user: "postgres",
      isSuperuser: true,
      isStandby: false,
      platform: "self",
      isAurora: false,
      allowsAlterSystem: true,
      mayReload: true,
      hasJit: true,
      standbys: 0,
      slots: 0,
      logicalSlots: 0,
      ...server,
    },
    settings: settingsOf(major, settings),
    lines: [],
    overrides: [],
    machine: {
      ram: { value: ram, source: "test" },
      cpus: { value: cpus, source: "test" },
      hugePageBytes: 0,
      sharedMemoryBytes: null,
      walDisk: walDisk ?? null,
    },
    load: { ...quiet, ...load },
    seenRam: ram,
  };
}

const web: Wishes = {
  profile: "web",
  disk: "ssd",
  isDiskGiven: true,
  connections: undefined,
  given: {},
  only: [],
  except: [],
};

/** What is recommended, as people write it. */
function advised(facts: Case, wishes: Partial<Wishes> = {}): Record<string, string> {
  const { changes } = planTuning(factsOf(facts), { ...web, ...wishes });
  return Object.fromEntries(changes.map(({ name, recommendedText }) => [name, recommendedText]));
}

function leftBecause(facts: Case, name: string, wishes: Partial<Wishes> = {}): string | undefined {
  return planTuning(factsOf(facts), { ...web, ...wishes }).left.find((one) => one.name === name)?.reason;
}

describe("providers", () => {
  const onProvider = (
    platform: Platform,
    facts: Case,
    wishes: Partial<Wishes> = {},
  ): Record<string, string> => {
    const { changes } = planTuning(withProviderLimits(factsOf(facts), platform), { ...web, ...wishes });
    return Object.fromEntries(changes.map(({ name, recommended }) => [name, recommended]));
  };

  test("Azure: no work_mem below 4 MB, no memory for maintenance of a whole 2 GB", () => {
    const crowd = { ram: 4 * GB, settings: { max_connections: { setting: "1000", resetValue: "1000" } } };
    expect(Number(onProvider("self", crowd)["work_mem"])).toBeLessThan(4096);
    expect(onProvider("azure", crowd)["work_mem"]).toBeUndefined();
    expect(onProvider("self", { ram: 256 * GB })["maintenance_work_mem"]).toBe("2097152");
    expect(onProvider("azure", { ram: 256 * GB })["maintenance_work_mem"]).toBe("2097151");
    expect(onProvider("azure", {}, { profile: "dw" })["autovacuum_work_mem"]).not.toBe("-1");
  });

  test("Cloud SQL: effective_cache_size of 70 % of the memory at most, shared_buffers of 10 % at least", () => {
    const pages = (share: number): string => String(Math.floor((16 * GB * share) / 8192));
    expect(onProvider("self", {})["effective_cache_size"]).toBe(pages(0.75));
    expect(onProvider("cloudsql", {})["effective_cache_size"]).toBe(pages(0.7));
    expect(onProvider("cloudsql", {}, { profile: "desktop" })["shared_buffers"]).toBe(pages(0.1));
    const facts = withProviderLimits(factsOf({}), "cloudsql");
    const plan = planTuning(facts, { ...web, given: { shared_buffers: "12GB" } });
    expect(findRefusals(facts, plan)[0]).toContain("shared_buffers takes");
  });
});

describe("the budget", () => {
  const cases = profiles.flatMap((profile) =>
    [64 * MB, 128 * MB, 256 * MB, GB, 2 * GB, 16 * GB, 256 * GB].flatMap((ram) =>
      [1, 4, 64].flatMap((cpus) => [14, 18].map((major) => ({ profile, ram, cpus, major }))),
    ),
  );
  test.each(cases)(
    "$profile, $ram bytes, $cpus processors, $major: stays under 80 %, and is taken",
    (one) => {
      const facts = factsOf(one);
      const plan = planTuning(facts, { ...web, profile: one.profile });
      expect(plan.budget.totalBytes).toBeLessThanOrEqual(one.ram * 0.8);
      expect(findRefusals(facts, plan)).toEqual([]);
    },
  );

  const crowds = [GB, 2 * GB, 16 * GB].flatMap((ram) =>
    [14, 18].flatMap((major) =>
      [300, 1000, 5000, 20_000].map((connections) => ({ ram, major, connections })),
    ),
  );
  test.each(crowds)("$connections connections on $ram bytes, $major: within it, or refused", (one) => {
    const facts = factsOf(one);
    const plan = (connections: number): Plan => planTuning(facts, { ...web, connections });
    try {
      const { budget } = plan(one.connections);
      expect(budget.connections).toBe(one.connections);
      expect(budget.isWithin).toBe(true);
    } catch (error) {
      if (!(error instanceof VezaError)) throw error;
      expect(error).toMatchObject({ code: "tune.too-many-connections", exitCode: 4 });
      // What the hint names is taken, and hardly more is.
      const most = Number(/--connections (\d+)/.exec(error.hint ?? "")?.[1]);
      expect(plan(most).budget.isWithin).toBe(true);
      expect(() => plan(Math.ceil(most * 1.02))).toThrow(VezaError);
    }
  });

  test("a crowd takes from shared_buffers and maintenance what it needs", () => {
    const few = advised({ ram: 2 * GB });
    const many = advised({ ram: 2 * GB }, { connections: 7000 });
    expect(few["shared_buffers"]).toBe("512MB");
    expect(many).toMatchObject({ work_mem: "64kB" });
    expect(Number.parseInt(many["shared_buffers"] ?? "", 10)).toBeLessThan(512);
  });

  test("connections that nobody asked for and that do not fit: what would have to be lower is said", () => {
    const settings = { max_connections: { setting: "9000", resetValue: "9000" } };
    const { changes, excess } = planTuning(factsOf({ ram: GB, settings }), web);
    expect(changes.map(({ name }) => name)).not.toContain("max_connections");
    expect(excess).toMatch(/--connections \d{4}/);
    const own = planTuning(factsOf({ ram: GB }), { ...web, given: { work_mem: "1048576" } });
    expect(own.excess).toContain("100 connections leave 2.");
  });

  test("a small work_mem is not cut down to the next quarter of a megabyte", () => {
    expect(advised({ ram: GB }, { connections: 1000 })["work_mem"]).toMatch(/^(1[6-9]\d|2\d\d)kB$/);
  });

  test("fewer connections than were seen", () => {
    const { notes } = planTuning(factsOf({}), { ...web, connections: 10 });
    expect(notes.join()).toContain("12 connections at once were seen");
  });

  test("an autovacuum_work_mem above what maintenance gets is taken back to it", () => {
    const settings = {
      autovacuum_work_mem: { setting: "1048576", resetValue: "1048576", source: "configuration file" },
    };
    const given = { maintenance_work_mem: "4MB" };
    expect(advised({ settings }, { given })["autovacuum_work_mem"]).toBe("-1");
    expect(advised({}, { given })).not.toHaveProperty("autovacuum_work_mem");
  });

  test("a machine beyond what the server takes gets the most that it takes", () => {
    const settings = {
      effective_cache_size: { max: "2147483647" },
      max_parallel_workers: { max: "1024" },
    };
    const large = advised({ ram: 100 * 1024 * GB, cpus: 5000, settings });
    expect(large["max_parallel_workers"]).toBe("1024");
    expect(large["effective_cache_size"]).toBe("17179869176kB");
  });

  test("many connections on a small machine take work_mem below its default", () => {
    const plan = planTuning(factsOf({ ram: 2 * GB }), { ...web, connections: 1000 });
    const workMem = plan.changes.find(({ name }) => name === "work_mem");
    expect(Number(workMem?.recommended)).toBeLessThan(4096);
    expect(workMem?.reason).toContain("pooler");
  });
});

describe("what the server has been through", () => {
  test("temporary files raise work_mem", () => {
    const base = Number(/\d+/.exec(advised({})["work_mem"] ?? "")?.[0]);
    const load = { temporaryFiles: 1000, temporaryBytes: 1000 * 20 * MB };
    const raised = Number(/\d+/.exec(advised({ load })["work_mem"] ?? "")?.[0]);
    expect(raised).toBeGreaterThan(base);
  });

  test("max_wal_size takes no more of its disk than is there", () => {
    const disk = (free: number, wal = 0): WalDisk => ({ freeBytes: free, walBytes: wal });
    expect(advised({ walDisk: disk(100 * GB) })["max_wal_size"]).toBe("4GB");
    expect(advised({ walDisk: disk(4 * GB, GB) })["max_wal_size"]).toBe("3GB");
    expect(advised({ walDisk: disk(GB) })["max_wal_size"]).toBeUndefined();
    expect(leftBecause({ walDisk: disk(GB) }, "max_wal_size")).toContain("has 1 GB free");
    const given = { given: { max_wal_size: "20GB" } };
    const notes = (one: Case): string => planTuning(factsOf(one), { ...web, ...given }).notes.join("\n");
    expect(notes({ walDisk: disk(10 * GB) })).toContain("a server whose pg_wal is full stops");
    expect(notes({ walDisk: disk(30 * GB) })).not.toContain("pg_wal");
    expect(notes({})).toContain("cannot be seen from here");
  });

  test("checkpoints by demand raise max_wal_size above the profile's", () => {
    const settings = { max_wal_size: { setting: "8192", resetValue: "8192" } };
    const load = { checkpointsTimed: 100, checkpointsRequested: 50 };
    expect(advised({ settings })["max_wal_size"]).toBeUndefined();
    expect(advised({ settings, load })["max_wal_size"]).toBe("16GB");
  });

  test("buffers that miss get more memory", () => {
    const load = { blocksHit: 9e8, blocksRead: 1e8, databaseBytes: 100 * GB };
    expect(advised({})["shared_buffers"]).toBe("4GB");
    expect(advised({ load })["shared_buffers"]).toBe("5734MB");
  });

  test("a peak near the limit raises max_connections, unless a standby has fewer", () => {
    const load = { connectionsPeak: 95 };
    expect(advised({ load })["max_connections"]).toBe("150");
    expect(leftBecause({ load, server: { standbys: 1 } }, "max_connections")).toContain("standbys first");
  });

  test("tables that autovacuum left behind raise its cost limit, large ones lower the scale", () => {
    const load = { tablesBehindVacuum: 3, deadRowsBehindVacuum: 1e6, largestTableRows: 5e7 };
    expect(advised({ load })).toMatchObject({
      autovacuum_vacuum_cost_limit: "2000",
      autovacuum_vacuum_scale_factor: "0.05",
    });
  });
});

describe("versions", () => {
  test("18: effective_io_concurrency, io_method and io_workers are left", () => {
    expect(advised({ major: 18 })).not.toHaveProperty("effective_io_concurrency");
    expect(advised({ major: 18 })).not.toHaveProperty("io_method");
    expect(leftBecause({ major: 18 }, "io_method")).toContain("worker");
    expect(advised({ major: 17 })).toHaveProperty("effective_io_concurrency", "200");
    expect(advised({ major: 18, cpus: 32 })).toHaveProperty("io_workers", "8");
  });

  test("14: hash_mem_multiplier as in 15; no lz4", () => {
    expect(advised({ major: 14 })).toHaveProperty("hash_mem_multiplier", "2");
    expect(advised({ major: 15 })).not.toHaveProperty("hash_mem_multiplier");
    expect(advised({ major: 14 })).not.toHaveProperty("wal_compression");
  });

  test.each([14, 15, 16, 17, 18])("%s: nothing that is the same already", (major) => {
    const { changes } = planTuning(factsOf({ major }), web);
    expect(changes.filter(({ current, recommended }) => isSame(current, recommended))).toEqual([]);
    expect(changes.map(({ name }) => name)).not.toContain("wal_buffers");
    expect(changes.map(({ name }) => name)).not.toContain("checkpoint_completion_target");
  });
});

describe("never lowered", () => {
  test("max_worker_processes with few processors", () => {
    expect(advised({ cpus: 2 })).not.toHaveProperty("max_worker_processes");
  });
  test("max_connections on a standby, whatever its files say meanwhile", () => {
    const server = { isStandby: true };
    expect(advised({ server }, { connections: 50 })).not.toHaveProperty("max_connections");
    const waiting = { max_connections: { setting: "200", pendingRestart: true, bootValue: "100" } };
    for (const settings of [{}, waiting]) {
      const facts = factsOf({ server, settings });
      const given = { max_connections: settings === waiting ? "150" : "50" };
      expect(findRefusals(facts, planTuning(facts, { ...web, given }))[0]).toContain("must not be lowered");
    }
  });
  test("by undo, on a standby: below what is in force there", () => {
    const line = { file: "/d/postgresql.auto.conf", line: 1, applied: true, error: null, isAuto: true };
    const undo = (running: string, server: Partial<ServerState>, before: string | null): void =>
      refuseUndo(
        [{ name: "max_connections", before, after: "300", wanted: "300", now: "300", action: "restore" }],
        {
          ...factsOf({ server, settings: { max_connections: { setting: running, bootValue: "100" } } }),
          lines: [{ ...line, name: "max_connections", value: "300" }],
        },
      );
    expect(() => undo("300", { isStandby: true }, null)).toThrow("must not be lowered from 300 to 100");
    expect(() => undo("300", { isStandby: true }, "200")).toThrow("must not be lowered from 300 to 200");
    expect(() => undo("100", { isStandby: true }, null)).not.toThrow();
    expect(() => undo("300", {}, null)).not.toThrow();
  });
  test("a primary is where lowering begins, and where raising ends", () => {
    const server = { standbys: 2 };
    expect(advised({ server }, { connections: 50 })["max_connections"]).toBe("50");
    expect(leftBecause({ server }, "max_connections", { connections: 200 })).toContain("standbys first");
    expect(leftBecause({ server, cpus: 32 }, "max_worker_processes")).toContain("standbys first");
  });
  test("a larger shared_buffers that somebody chose and that fits", () => {
    const settings = { shared_buffers: { setting: "786432", resetValue: "786432" } };
    expect(leftBecause({ settings }, "shared_buffers")).toContain("somebody chose it");
  });
});

test("a setting that no rule is about is said to be so", () => {
  expect(leftBecause({}, "max_wal_senders", { only: ["max_wal_senders"] })).toContain("no rule is about it");
});

test("Aurora: what it keeps in its own way is left, and no budget is held against it", () => {
  const settings = { shared_buffers: { setting: "1572864", resetValue: "1572864" } };
  const { changes, left, excess } = planTuning(factsOf({ server: { isAurora: true }, settings }), web);
  const touched = /buffers|cache|work_mem|wal|checkpoint|cost$|io_concurrency/;
  expect(changes.filter(({ name }) => touched.test(name))).toEqual([]);
  expect(changes.map(({ name }) => name)).toContain("jit");
  expect(left.find(({ name }) => name === "shared_buffers")?.reason).toContain("Aurora");
  expect(excess).toBeNull();
});

describe("forms of providers", () => {
  const { changes } = planTuning(factsOf({}), web);
  test("rds takes 0 and 1 for what is boolean", () => {
    expect(changes.find(({ name }) => name === "jit")?.recommended).toBe("off");
    expect(renderRds(changes, 15)).toContain("ParameterName=jit,ParameterValue=0,");
  });
  test("cloudsql keeps flags whose values have commas in them", () => {
    const script = renderCloudSql(changes);
    expect(script).toContain('join("~~")');
    expect(script).toContain('--database-flags="^~~^${kept:+$kept~~}shared_buffers=');
    expect(script).toContain("~~jit=off");
  });
});

describe("values", () => {
  const kB = { unit: "kB", vartype: "integer", choices: null } as const;
  const ms = { unit: "ms", vartype: "integer", choices: null } as const;
  const bool = { unit: null, vartype: "bool", choices: null } as const;
  test.each([
    ["4MB", kB, "4096"],
    ["0.5GB", kB, "524288"],
    ["64", kB, "64"],
    ["4 MB", kB, "4096"],
    ["4mb", kB, undefined],
    ["2min", ms, "120000"],
    ["1h", kB, undefined],
    ["yes", bool, "on"],
    ["of", bool, "off"],
    ["o", bool, undefined],
  ] as const)("%s", (text, fact, native) => {
    expect(parseValue(text, fact)).toBe(native);
  });
  test.each([
    ["16384", "8kB", "128MB"],
    ["-1", "kB", "-1"],
    ["900", "s", "15min"],
    ["0", "ms", "0"],
    ["100", null, "100"],
  ] as const)("%s %s", (setting, unit, text) => {
    expect(textOf(setting, unit)).toBe(text);
  });
});

test("check: the newest run of a setting counts, one that was undone does not", () => {
  const journal = (id: string, state: "applied" | "undone", wanted: string) =>
    ({
      schema: "veza-db/tune-journal@1",
      id,
      state,
      cluster: "1",
      server: "s",
      version: "15.1",
      startedAt: "",
      finishedAt: null,
      settings: [{ name: "work_mem", before: null, after: `${wanted}kB`, wanted }],
    }) as const;
  const journals = [
    journal("1", "applied", "1000"),
    journal("2", "applied", "4096"),
    journal("3", "undone", "9"),
  ];
  const facts = {
    ...factsOf({}),
    lines: [
      {
        file: "/d/postgresql.auto.conf",
        line: 1,
        name: "work_mem",
        value: "4MB",
        applied: true,
        error: null,
        isAuto: true,
      },
    ],
  };
  expect(checkApplied(journals, facts)).toEqual([
    { id: "2", name: "work_mem", wanted: "4096", actual: "4096", unit: "kB", status: "applied", by: [] },
  ]);
});
