import type { Command } from "./command.ts";

/** One command in the tree: what the help of its parents shows, and how to load it. */
export interface Leaf {
  readonly kind: "command";
  readonly name: string;
  readonly summary: string;
  /** The folder and file under commands/ follow the path. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

export interface Group {
  readonly kind: "group";
  readonly name: string;
  readonly summary: string;
  /** The subcommand that runs when none is named. */
  readonly fallback?: string;
  readonly children: readonly Node[];
}

export type Node = Leaf | Group;

function leaf(name: string, summary: string, load: Leaf["load"]): Leaf {
  return { kind: "command", name, summary, load };
}

function group(name: string, summary: string, children: readonly Node[], fallback?: string): Group {
  return { kind: "group", name, summary, children, ...(fallback === undefined ? {} : { fallback }) };
}

/** Every command there is. Modules load only when their command runs. */
export const registry: Group = group(
  "veza-db",
  "One toolkit for people who run PostgreSQL and keep its schema in SQL",
  [
    leaf(
      "init",
      "Lay a new project: settings, folders, a first migration, a CI example",
      () => import("./commands/init.ts"),
    ),
    group("dev", "The tool's own PostgreSQL: a real server on loopback, kept under .veza/", [
      leaf("up", "Start the embedded server", () => import("./commands/dev/up.ts")),
      leaf("down", "Stop the embedded server; its data stays", () => import("./commands/dev/down.ts")),
      leaf(
        "status",
        "Say whether the embedded server runs, and where",
        () => import("./commands/dev/status.ts"),
      ),
      leaf("url", "Print the embedded server's connection string", () => import("./commands/dev/url.ts")),
      leaf(
        "reset",
        "Delete the embedded server's data and start anew",
        () => import("./commands/dev/reset.ts"),
      ),
    ]),
    leaf(
      "doctor",
      "Check settings, connection, privileges and programs, and name what mends them",
      () => import("./commands/doctor.ts"),
    ),
    group(
      "migrate",
      "Apply and look after migrations",
      [
        leaf(
          "apply",
          "Apply the migrations that are not applied yet",
          () => import("./commands/migrate/apply.ts"),
        ),
        leaf(
          "status",
          "Show what is applied, what is pending and what is wrong",
          () => import("./commands/migrate/status.ts"),
        ),
        leaf("new", "Write an empty migration with the next id", () => import("./commands/migrate/new.ts")),
        leaf(
          "plan",
          "Show what migrate would do, and change nothing",
          () => import("./commands/migrate/plan.ts"),
        ),
        leaf(
          "down",
          "Take migrations back, the last applied first",
          () => import("./commands/migrate/down.ts"),
        ),
        leaf(
          "redo",
          "Take the last migration back and apply it again",
          () => import("./commands/migrate/redo.ts"),
        ),
        leaf(
          "baseline",
          "Adopt an existing database: record migrations as applied",
          () => import("./commands/migrate/baseline.ts"),
        ),
        leaf(
          "resolve",
          "Say how a migration stands that was mended by hand",
          () => import("./commands/migrate/resolve.ts"),
        ),
        leaf(
          "repair",
          "Accept an edited file, or write a missing one out again",
          () => import("./commands/migrate/repair.ts"),
        ),
        leaf(
          "history",
          "Show every attempt: who, when, from where, how long",
          () => import("./commands/migrate/history.ts"),
        ),
        leaf(
          "verify",
          "Check that files and history match and nothing is pending",
          () => import("./commands/migrate/verify.ts"),
        ),
      ],
      "apply",
    ),
    group("stats", "What the server is doing and where it hurts; reads only, waits for nobody", [
      leaf(
        "overview",
        "Show on one screen what is wrong, the worst first",
        () => import("./commands/stats/overview.ts"),
      ),
      leaf(
        "slow-queries",
        "Rank the statements that take the most time, I/O, memory or WAL",
        () => import("./commands/stats/slow-queries.ts"),
      ),
      leaf(
        "explain",
        "Show the plan of a statement by its queryid",
        () => import("./commands/stats/explain.ts"),
      ),
      leaf(
        "tables",
        "Rank tables by size, with dead rows and bloat",
        () => import("./commands/stats/tables.ts"),
      ),
      leaf(
        "indexes",
        "Name indexes that cost and do not help, and those that are missing",
        () => import("./commands/stats/indexes.ts"),
      ),
      leaf(
        "connections",
        "Count sessions by state, user and application, against the limit",
        () => import("./commands/stats/connections.ts"),
      ),
      leaf(
        "locks",
        "Show who waits for a lock, and who keeps them waiting",
        () => import("./commands/stats/locks.ts"),
      ),
      leaf(
        "transactions",
        "List open transactions: long, idle, prepared",
        () => import("./commands/stats/transactions.ts"),
      ),
      leaf(
        "cache",
        "Show how much of what was read came from the buffers",
        () => import("./commands/stats/cache.ts"),
      ),
      leaf(
        "vacuum",
        "Show where vacuum is behind, and what holds it back",
        () => import("./commands/stats/vacuum.ts"),
      ),
      leaf("replication", "Show standbys, slots and lag", () => import("./commands/stats/replication.ts")),
      leaf("wal", "Show WAL, checkpoints and archiving", () => import("./commands/stats/wal.ts")),
      leaf("io", "Show who reads and writes what", () => import("./commands/stats/io.ts")),
      leaf(
        "sequences",
        "Rank sequences by how near they are to their end",
        () => import("./commands/stats/sequences.ts"),
      ),
      leaf(
        "settings",
        "Show settings that were changed, or that hurt",
        () => import("./commands/stats/settings.ts"),
      ),
      leaf(
        "progress",
        "Show how far vacuums, index builds and copies have come",
        () => import("./commands/stats/progress.ts"),
      ),
      leaf(
        "redis",
        "Show memory, hits, evictions, clients and slow commands of Redis",
        () => import("./commands/stats/redis.ts"),
      ),
      leaf(
        "check",
        "Judge it all by thresholds, with the exit codes of monitoring plugins",
        () => import("./commands/stats/check.ts"),
      ),
      leaf(
        "snapshot",
        "Write what the server has counted to a file",
        () => import("./commands/stats/snapshot.ts"),
      ),
      leaf("diff", "Compare two snapshots", () => import("./commands/stats/diff.ts")),
    ]),
    leaf(
      "report",
      "Write one page that says how the database is: verdicts, plots, tables",
      () => import("./commands/report.ts"),
    ),
    leaf("seed", "Fill the database with realistic, reproducible data", () => import("./commands/seed.ts")),
    group(
      "backup",
      "Back up databases, prove the backups and thin them out",
      [
        leaf("create", "Back up the database", () => import("./commands/backup/create.ts")),
        leaf("list", "List the backups and how they stand", () => import("./commands/backup/list.ts")),
        leaf(
          "verify",
          "Prove that a backup holds what it says, up to a trial restore",
          () => import("./commands/backup/verify.ts"),
        ),
        leaf("prune", "Delete the backups that no rule keeps", () => import("./commands/backup/prune.ts")),
      ],
      "create",
    ),
    leaf(
      "restore",
      "Restore a backup, never half, never over a live database unasked",
      () => import("./commands/restore.ts"),
    ),
    group("query", "The named queries of queries/: run, explain, check and measure them", [
      leaf(
        "list",
        "List the queries with their parameters and columns",
        () => import("./commands/query/list.ts"),
      ),
      leaf(
        "show",
        "Show what a query takes, gives and costs, and its statement",
        () => import("./commands/query/show.ts"),
      ),
      leaf("run", "Run a query and print its rows", () => import("./commands/query/run.ts")),
      leaf(
        "explain",
        "Show the plan of a query, with --analyze what it really takes",
        () => import("./commands/query/explain.ts"),
      ),
      leaf("check", "Hold every query against the database", () => import("./commands/query/check.ts")),
      leaf(
        "bench",
        "Run a query many times and say how long it takes",
        () => import("./commands/query/bench.ts"),
      ),
      leaf(
        "types",
        "Write TypeScript declarations of the queries",
        () => import("./commands/query/types.ts"),
      ),
    ]),
    leaf(
      "drift",
      "Compare a live database with what its migrations make",
      () => import("./commands/drift.ts"),
    ),
    leaf("diff", "Write the SQL that makes one schema another", () => import("./commands/diff.ts")),
    group("schema", "The schema of a database as text", [
      leaf(
        "dump",
        "Write the schema as SQL, the same bytes every time",
        () => import("./commands/schema/dump.ts"),
      ),
      leaf(
        "diagram",
        "Draw tables and their references, as Mermaid or SVG",
        () => import("./commands/schema/diagram.ts"),
      ),
    ]),
    group("partition", "Range partitions that look after themselves, by the policies of partitions/", [
      leaf(
        "status",
        "Show the partitions of each table, and how long they will do",
        () => import("./commands/partition/status.ts"),
      ),
      leaf(
        "plan",
        "Show what maintain would do, and change nothing",
        () => import("./commands/partition/plan.ts"),
      ),
      leaf(
        "maintain",
        "Create and detach partitions as the policies say; never drops",
        () => import("./commands/partition/maintain.ts"),
      ),
      leaf(
        "retain",
        "Archive and drop what was detached, and delete rows that have expired",
        () => import("./commands/partition/retain.ts"),
      ),
      leaf(
        "convert",
        "Turn a live table into a partitioned one while it is being written to",
        () => import("./commands/partition/convert.ts"),
      ),
      leaf(
        "undo",
        "Make one plain table of a partitioned one again, while it is being written to",
        () => import("./commands/partition/undo.ts"),
      ),
      leaf(
        "verify",
        "Say what of the partitions is not as it should be",
        () => import("./commands/partition/verify.ts"),
      ),
    ]),
    leaf(
      "metrics",
      "Serve what PostgreSQL and Redis do to Prometheus",
      () => import("./commands/metrics.ts"),
    ),
    group(
      "tune",
      "Settings for the server's own machine and load, applied so that they can be undone",
      [
        leaf(
          "advise",
          "Say which settings should change on this machine and under this load, and why",
          () => import("./commands/tune/advise.ts"),
        ),
        leaf(
          "apply",
          "Write what is advised, checked, journalled and read back",
          () => import("./commands/tune/apply.ts"),
        ),
        leaf(
          "check",
          "Say whether the server still has what was applied",
          () => import("./commands/tune/check.ts"),
        ),
        leaf("undo", "Restore what stood there before", () => import("./commands/tune/undo.ts")),
      ],
      "advise",
    ),
    leaf("completion", "Print the completions of a shell", () => import("./commands/completion.ts")),
  ],
);

/** Every leaf with its full path, in the order of the registry. */
export function allCommands(
  node: Node = registry,
  path: readonly string[] = [],
): { path: readonly string[]; leaf: Leaf }[] {
  if (node.kind === "command") return [{ path, leaf: node }];
  return node.children.flatMap((child) => allCommands(child, [...path, child.name]));
}
