/** The import rule of the house (docs/architecture.md), as something that can be checked. */
import { dirname, join } from "node:path/posix";
import { hasDefaultExport, importsOf, isBarrel } from "./imports.ts";
import type { Import } from "./imports.ts";

/** Sources by their path from the root of the repository, e.g. `src/kernel/error.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** `doctor → dev`: an edge that somebody gave a reason for. */
export type Edge = `${string} → ${string}`;

export interface Violation {
  readonly rule: "room" | "package" | "cycle" | "barrel" | "default-export" | "file-name" | "missing";
  readonly file: string;
  readonly message: string;
}

/** Rooms that are no domain, and the rooms that each may import. Everything else under src is a domain. */
const rooms: Readonly<Record<string, readonly string[] | "all">> = {
  kernel: [],
  settings: ["kernel"],
  sql: ["kernel"],
  postgres: ["kernel"],
  programs: ["kernel"],
  redis: ["kernel"],
  catalog: ["kernel", "postgres", "sql"],
  locks: ["kernel", "postgres", "sql"],
  ui: ["kernel"],
  cli: "all",
  // The library face stands where the command line stands, and passes on what domains offer.
  index: "all",
};
const openToDomains = ["kernel", "catalog", "locks", "postgres", "programs", "redis", "sql"];

/** Where each package may be imported: by room, or by a file's name in any domain. */
const packages: Readonly<Record<string, (room: string, file: string) => boolean>> = {
  postgres: (room) => room === "postgres",
  execa: (room) => room === "programs",
  commander: (room) => room === "cli",
  chalk: (room) => room === "ui",
  ora: (room) => room === "ui",
  "cli-table3": (room) => room === "ui",
  dotenv: (room) => room === "settings",
  redis: (room) => room === "redis",
  ioredis: (room) => room === "redis",
  // At the edges: settings, what a command is given, files read from disk.
  zod: (room, file) => ["settings", "cli"].includes(room) || /\/read[\w-]*\.ts$/.test(file),
  "node:child_process": (room) => room === "programs",
};

const vagueNames = ["utils", "util", "helpers", "helper", "manager", "service", "common", "misc"];

/** Everything that breaks the rule. `edges` are those between domains (and from a domain to what settings do) that have a reason. */
export function violations(sources: Sources, edges: readonly Edge[]): Violation[] {
  const files = [...sources].map(([file, text]) => ({ file, text, imports: importsOf(text) }));
  return [
    ...files.flatMap(({ file, imports }) =>
      imports.flatMap((found) => judgeImport(file, found, sources, edges)),
    ),
    ...files.flatMap(({ file, text }) => judgeFile(file, text)),
    ...roomCycles(files),
  ];
}

/** The room of a file: the folder under src; `index` for src/index.ts. */
export function roomOf(file: string): string {
  return (file.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function judgeImport(
  file: string,
  { from, kind }: Import,
  sources: Sources,
  edges: readonly Edge[],
): Violation[] {
  if (!from.startsWith(".")) return judgePackage(file, from);
  const target = join(dirname(file), from);
  if (!sources.has(target))
    return [{ rule: "missing", file, message: `imports ${from}, which is not there` }];
  const [room, other] = [roomOf(file), roomOf(target)];
  if (room === other || mayImport(room, other, kind, edges)) return [];
  return [{ rule: "room", file, message: `${room} may not import ${other} (${kind} import of ${target})` }];
}

function mayImport(room: string, other: string, kind: Import["kind"], edges: readonly Edge[]): boolean {
  const allowed = rooms[room];
  if (allowed !== undefined) return allowed === "all" || allowed.includes(other);
  if (openToDomains.includes(other)) return true;
  if (other === "settings" && kind === "type") return true;
  // The words and units of ui, and the settings' table, take a reason.
  return rooms[other] === undefined || other === "settings" || other === "ui"
    ? edges.includes(`${room} → ${other}`)
    : false;
}

function judgePackage(file: string, from: string): Violation[] {
  const name = from.startsWith("node:")
    ? from
    : from
        .split("/")
        .slice(0, from.startsWith("@") ? 2 : 1)
        .join("/");
  const mayUse = packages[name];
  if (mayUse === undefined && name.startsWith("node:")) return [];
  if (mayUse?.(roomOf(file), file) === true) return [];
  const why = mayUse === undefined ? "no rule says where this package may be used" : "not in this room";
  return [{ rule: "package", file, message: `imports ${name}: ${why}` }];
}

function judgeFile(file: string, text: string): Violation[] {
  const found: Violation[] = [];
  const name = (file.split("/").at(-1) ?? "").replace(/\.ts$/, "");
  if (hasDefaultExport(text)) found.push({ rule: "default-export", file, message: "has a default export" });
  if (file !== "src/index.ts" && isBarrel(text))
    found.push({ rule: "barrel", file, message: "only passes on what other files export" });
  if (file.split("/").some((part) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.ts)?$/.test(part))) {
    found.push({ rule: "file-name", file, message: "is not in kebab-case" });
  }
  if (vagueNames.includes(name.split("-").at(-1) ?? name))
    found.push({ rule: "file-name", file, message: "has a name that says nothing" });
  return found;
}

/** Rooms that import each other, around any number of corners. The face of the library is at the end of every way. */
function roomCycles(
  files: readonly { readonly file: string; readonly imports: readonly Import[] }[],
): Violation[] {
  const graph = new Map<string, Set<string>>();
  for (const { file, imports } of files) {
    const targets = graph.get(roomOf(file)) ?? new Set<string>();
    for (const { from } of imports) {
      const other = from.startsWith(".") ? roomOf(join(dirname(file), from)) : roomOf(file);
      if (other !== roomOf(file)) targets.add(other);
    }
    graph.set(roomOf(file), targets);
  }
  const cycles = [...graph.keys()].flatMap((room) => {
    const way = wayBack(graph, room);
    // Named once, by the room that comes first in the alphabet.
    return way === undefined || way.toSorted()[0] !== room ? [] : [way];
  });
  return cycles.map((way) => ({
    rule: "cycle",
    file: `src/${way[0] ?? ""}`,
    message: `rooms import each other: ${way.join(" → ")}`,
  }));
}

function wayBack(graph: ReadonlyMap<string, ReadonlySet<string>>, start: string): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    for (const next of graph.get(way.at(-1) ?? "") ?? []) {
      if (next === start) return [...way, start];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** Everything that is loaded when these files are, at once and without asking: files and packages. */
export function reachable(sources: Sources, roots: readonly string[]): Set<string> {
  const found = new Set<string>();
  const waiting = [...roots];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = sources.get(file);
    if (text === undefined) continue;
    for (const { from, kind } of importsOf(text)) {
      if (kind === "static") waiting.push(from.startsWith(".") ? join(dirname(file), from) : from);
    }
  }
  return found;
}
