/** The machine behind a server, from the files that its /proc and /sys would hold. */
import { expect, test } from "vitest";
import { findMachine } from "../../src/tune/machine.ts";
import type { FoundMachine } from "../../src/tune/machine.ts";

const GB = 1024 ** 3;

const host = {
  "/proc/meminfo": "MemTotal:       65536000 kB\nHugePages_Total:     100\nHugepagesize:       2048 kB\n",
  "/proc/self/status": "Name:\tpostgres\nCpus_allowed_list:\t0-3,8-11\n",
  "/proc/cpuinfo": "processor\t: 0\n\nprocessor\t: 1\n",
};

async function machineOf(files: Readonly<Record<string, string>>): Promise<FoundMachine> {
  return findMachine(async (path) => files[path]);
}

const v2Mount = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";
const v1Mounts = [
  "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
  "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
  "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
].join("\n");

test("a machine without groups: its memory, and the processors that the server may run on", async () => {
  expect(await machineOf(host)).toEqual({
    ram: { value: 65_536_000 * 1024, source: "/proc/meminfo of the server" },
    cpus: { value: 8, source: "/proc/self/status of the server" },
    hugePageBytes: 100 * 2048 * 1024,
    sharedMemoryBytes: null,
  });
});

test("version 2: the lowest limit of the group and of those above it", async () => {
  const found = await machineOf({
    ...host,
    "/proc/self/cgroup": "0::/system.slice/db.slice/postgresql.service\n",
    "/proc/self/mountinfo": v2Mount,
    "/sys/fs/cgroup/system.slice/db.slice/postgresql.service/memory.max": "max\n",
    "/sys/fs/cgroup/system.slice/db.slice/postgresql.service/memory.high": `${12 * GB}\n`,
    "/sys/fs/cgroup/system.slice/db.slice/memory.max": `${8 * GB}\n`,
    "/sys/fs/cgroup/system.slice/memory.max": `${16 * GB}\n`,
    "/sys/fs/cgroup/system.slice/db.slice/postgresql.service/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/system.slice/cpu.max": "250000 100000\n",
  });
  expect(found.ram).toEqual({
    value: 8 * GB,
    source: "/sys/fs/cgroup/system.slice/db.slice/memory.max of the server (cgroup v2)",
  });
  expect(found.cpus).toEqual({
    value: 2,
    source: "/sys/fs/cgroup/system.slice/cpu.max of the server (cgroup v2)",
  });
});

test("version 2 in a container that sees its own group as the root", async () => {
  const found = await machineOf({
    ...host,
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": `${v2Mount}99 98 0:99 / /dev/shm rw,nosuid - tmpfs shm rw,size=65536k\n`,
    "/sys/fs/cgroup/memory.max": `${GB}\n`,
    "/sys/fs/cgroup/cpu.max": "50000 100000\n",
  });
  expect(found.ram).toEqual({ value: GB, source: "/sys/fs/cgroup/memory.max of the server (cgroup v2)" });
  expect(found.cpus?.value).toBe(1);
  expect(found.sharedMemoryBytes).toBe(64 * 1024 ** 2);
});

test("version 1: quota, limit, and a number for none", async () => {
  const found = await machineOf({
    ...host,
    "/proc/self/cgroup": "4:memory:/app/db\n2:cpu,cpuacct:/app/db\n0::/\n",
    "/proc/self/mountinfo": v1Mounts,
    "/sys/fs/cgroup/memory/app/db/memory.limit_in_bytes": "9223372036854771712\n",
    "/sys/fs/cgroup/memory/app/memory.limit_in_bytes": `${4 * GB}\n`,
    "/sys/fs/cgroup/cpu,cpuacct/app/db/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_quota_us": "300000\n",
    "/sys/fs/cgroup/cpu,cpuacct/app/cpu.cfs_period_us": "100000\n",
  });
  expect(found.ram).toEqual({
    value: 4 * GB,
    source: "/sys/fs/cgroup/memory/app/memory.limit_in_bytes of the server (cgroup v1)",
  });
  expect(found.cpus?.value).toBe(3);
});

test("version 1 in a container: what is mounted is its own group, and groups that cannot be seen limit it too", async () => {
  const found = await machineOf({
    ...host,
    "/proc/self/cgroup": "4:memory:/docker/4f1b\n",
    "/proc/self/mountinfo": "35 31 0:32 /docker/4f1b /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${4 * GB}\n`,
    "/sys/fs/cgroup/memory/memory.stat": `cache 0\nhierarchical_memory_limit ${2 * GB}\n`,
  });
  expect(found.ram).toEqual({
    value: 2 * GB,
    source: "/sys/fs/cgroup/memory/memory.stat of the server (cgroup v1)",
  });
});

test("no group limits anything when all limits are above the machine", async () => {
  const found = await machineOf({
    ...host,
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": "9223372036854771712\n",
  });
  expect(found.ram?.source).toBe("/proc/meminfo of the server");
});

test("nothing to read, as on another system or without the privilege", async () => {
  const found = await machineOf({});
  expect(found).toEqual({
    ram: undefined,
    cpus: undefined,
    hugePageBytes: null,
    sharedMemoryBytes: null,
  });
});
