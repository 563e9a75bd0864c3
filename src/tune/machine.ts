/**
 * The machine that a server runs on, told by the server's own /proc and /sys: the limit of its control group, of every
 * group above it, then the machine's memory and processors. Both versions of control groups are met in practice.
 */
import { posix } from "node:path";
import type { Sourced } from "./model.ts";

/** The text of a file of the server's; undefined where there is none or the role may not read it. */
export type ReadFile = (path: string) => Promise<string | undefined>;

export interface FoundMachine {
  readonly ram: Sourced | undefined;
  readonly cpus: Sourced | undefined;
  readonly hugePageBytes: number | null;
  readonly sharedMemoryBytes: number | null;
}

interface Mount {
  /** Which part of the hierarchy is mounted here. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

export async function findMachine(read: ReadFile): Promise<FoundMachine> {
  const [meminfo, status, cpuinfo, cgroup, mountinfo] = await Promise.all(
    ["/proc/meminfo", "/proc/self/status", "/proc/cpuinfo", "/proc/self/cgroup", "/proc/self/mountinfo"].map(
      (path) => read(path),
    ),
  );
  const mounts = parseMounts(mountinfo ?? "");
  const places = groupFolders(cgroup ?? "", mounts);
  const total = kilobytes(meminfo, "MemTotal");
  const ram = lowest([
    ...(total === undefined ? [] : [{ value: total, source: "/proc/meminfo of the server" }]),
    ...(await memoryLimits(read, places)),
  ]);
  const cpus = lowest([...processors(status, cpuinfo), ...(await processorLimits(read, places))]);
  return {
    // Only with the machine's own memory is a limit known to be one: version 1 writes a huge number for "none".
    ram: total === undefined ? undefined : ram,
    cpus: cpus === undefined ? undefined : { ...cpus, value: Math.max(1, Math.floor(cpus.value)) },
    hugePageBytes: hugePages(meminfo),
    sharedMemoryBytes: sizeOfShm(mounts),
  };
}

function lowest(facts: readonly Sourced[]): Sourced | undefined {
  return facts.reduce<Sourced | undefined>(
    (least, fact) => (least === undefined || fact.value < least.value ? fact : least),
    undefined,
  );
}

interface GroupFolder {
  readonly version: 1 | 2;
  readonly controller: "memory" | "cpu";
  readonly folder: string;
}

/** The folders of the server's group and of every group above it that can be seen, the innermost first. */
export function groupFolders(cgroup: string, mounts: readonly Mount[]): GroupFolder[] {
  return cgroup.split("\n").flatMap((line) => {
    const [, number, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    const version = number === "0" && controllers === "" ? 2 : 1;
    const wanted = (["memory", "cpu"] as const).filter(
      (name) => version === 2 || controllers?.split(",").includes(name),
    );
    return wanted.flatMap((controller) => {
      const mount = mounts.find(({ type, options }) =>
        version === 2 ? type === "cgroup2" : type === "cgroup" && options.includes(controller),
      );
      const point = mount?.point ?? (version === 2 ? "/sys/fs/cgroup" : `/sys/fs/cgroup/${controller}`);
      return foldersUpTo(point, inside(path, mount?.root ?? "/")).map((folder) => ({
        version,
        controller,
        folder,
      }));
    });
  });
}

/** The path below what is mounted. A container sees its own group as the root, whatever the path says. */
function inside(path: string, root: string): string {
  if (path.startsWith("/..")) return "/";
  if (root === "/") return path;
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : "/";
}

function foldersUpTo(point: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = posix.normalize(`/${path}`); ; at = posix.dirname(at)) {
    folders.push(posix.join(point, at).replace(/(?<=.)\/$/, ""));
    if (at === "/") return folders;
  }
}

async function memoryLimits(read: ReadFile, places: readonly GroupFolder[]): Promise<Sourced[]> {
  const found = await Promise.all(
    places
      .filter(({ controller }) => controller === "memory")
      .flatMap(({ version, folder }) =>
        (version === 2 ? ["memory.max", "memory.high"] : ["memory.limit_in_bytes", "memory.stat"]).map(
          async (name) => {
            const file = posix.join(folder, name);
            const text = await read(file);
            // What groups above allow that cannot be seen from here stands in memory.stat of version 1.
            const value =
              name === "memory.stat"
                ? /^hierarchical_memory_limit (\d+)$/m.exec(text ?? "")?.[1]
                : text?.trim();
            return value !== undefined && /^[1-9]\d*$/.test(value)
              ? [{ value: Number(value), source: `${file} of the server (cgroup v${version})` }]
              : [];
          },
        ),
      ),
  );
  return found.flat();
}

async function processorLimits(read: ReadFile, places: readonly GroupFolder[]): Promise<Sourced[]> {
  const found = await Promise.all(
    places
      .filter(({ controller }) => controller === "cpu")
      .map(async ({ version, folder }) => {
        const file = posix.join(folder, version === 2 ? "cpu.max" : "cpu.cfs_quota_us");
        const text = (await read(file))?.trim();
        const [quota, period] =
          version === 2
            ? (text ?? "").split(" ").map(Number)
            : [Number(text), Number(await read(posix.join(folder, "cpu.cfs_period_us")))];
        const isLimited = quota !== undefined && period !== undefined && quota > 0 && period > 0;
        return isLimited
          ? [{ value: quota / period, source: `${file} of the server (cgroup v${version})` }]
          : [];
      }),
  );
  return found.flat();
}

/** Those that the server may run on; else all that there are. */
function processors(status: string | undefined, cpuinfo: string | undefined): Sourced[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status ?? "")?.[1];
  if (list !== undefined) {
    const value = list
      .split(",")
      .map((part) => part.split("-").map(Number))
      .reduce((sum, [first = 0, last = first]) => sum + last - first + 1, 0);
    if (value > 0) return [{ value, source: "/proc/self/status of the server" }];
  }
  const value = (cpuinfo ?? "").match(/^processor\s*:/gm)?.length ?? 0;
  return value === 0 ? [] : [{ value, source: "/proc/cpuinfo of the server" }];
}

function kilobytes(meminfo: string | undefined, name: string): number | undefined {
  const number = new RegExp(`^${name}:\\s*(\\d+) kB$`, "m").exec(meminfo ?? "")?.[1];
  return number === undefined ? undefined : Number(number) * 1024;
}

function hugePages(meminfo: string | undefined): number | null {
  const pages = /^HugePages_Total:\s*(\d+)$/m.exec(meminfo ?? "")?.[1];
  const size = kilobytes(meminfo, "Hugepagesize");
  return pages === undefined || size === undefined ? null : Number(pages) * size;
}

/** Lines of mountinfo: `36 35 98:0 /root /point rw,noatime master:1 - type device super,options`. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const [left, right] = line.split(" - ");
    const [, , , root, point] = left?.split(" ") ?? [];
    const [type, , options] = right?.split(" ") ?? [];
    if (root === undefined || point === undefined || type === undefined) return [];
    return [{ root: unescape(root), point: unescape(point), type, options: options?.split(",") ?? [] }];
  });
}

/** Blanks and the like stand there as octal numbers. */
function unescape(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}

function sizeOfShm(mounts: readonly Mount[]): number | null {
  const options = mounts.findLast(({ point }) => point === "/dev/shm")?.options ?? [];
  const [, number, unit] =
    /^size=(\d+)([kmg]?)$/.exec(options.find((o) => o.startsWith("size=")) ?? "") ?? [];
  if (number === undefined) return null;
  return Number(number) * 1024 ** ["", "k", "m", "g"].indexOf(unit ?? "");
}
