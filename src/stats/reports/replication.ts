import type { Db, Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { numberOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";

/** One partner of this server, or one slot kept for one. */
export interface ReplicationRow {
  /** `standby` receives from here; `upstream` is whom this standby receives from. */
  readonly kind: "standby" | "slot" | "upstream" | "subscription";
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  /** WAL that is written here and not yet replayed there. */
  readonly lagBytes: number | null;
  readonly lagMs: number | null;
  /** WAL that a slot keeps from being removed. */
  readonly keptBytes: number | null;
  readonly isBad: boolean;
}

/** Standbys, slots, subscriptions; on a standby, the server that it follows. */
export async function readReplication(db: Db): Promise<Report<ReplicationRow>> {
  return readStats(db, async (session) => {
    const rows = await readPartners(session);
    const bad = rows.find(({ isBad }) => isBad);
    const isSlot = bad?.kind === "slot";
    return {
      rows,
      notes: session.notes.lines,
      next: isSlot
        ? [`When nobody needs the slot any more: psql -c "SELECT pg_drop_replication_slot('${bad.name}')"`]
        : [],
      server: { version: session.facts.version },
    };
  });
}

/** Everything that is replicated, from here and to here. */
export async function readPartners({
  query,
  attempt,
  facts,
  notes,
}: StatsSession): Promise<readonly ReplicationRow[]> {
  if (!facts.seesAll)
    notes.add(`The progress of standbys is hidden from the role ${facts.user}: GRANT pg_monitor.`);
  const [senders, slots] = [
    await attempt("Standbys", async () => query(loadSql(import.meta.url, "./sql/replication-senders.sql"))),
    await attempt("Slots", async () => query(loadSql(import.meta.url, "./sql/replication-slots.sql"))),
  ];
  const receiver = facts.isStandby
    ? await attempt("The upstream server", async () =>
        query(loadSql(import.meta.url, "./sql/replication-receiver.sql")),
      )
    : [];
  const subscriptions = await attempt("Subscriptions", async () =>
    query(loadSql(import.meta.url, "./sql/replication-subscriptions.sql")),
  );
  return [
    ...(receiver ?? []).map((row) =>
      lagging("upstream", row, [row["host"], row["slot"], row["isPaused"] === true && "replay is paused"]),
    ),
    ...(senders ?? []).map((row) => lagging("standby", row, [row["address"], row["user"], row["sync"]])),
    ...(slots ?? []).map(slotRow),
    ...(subscriptions ?? []).map((row) => lagging("subscription", row, [])),
  ];
}

const badLagMs = 300_000;

function lagging(kind: ReplicationRow["kind"], row: Row, details: readonly unknown[]): ReplicationRow {
  const lagMs = rounded(numberOf(row["lagMs"]), 0);
  const state = String(row["state"]);
  return {
    kind,
    name: typeof row["name"] === "string" ? row["name"] : kind,
    state,
    detail: details.filter((detail) => typeof detail === "string" && detail !== "").join(", "),
    lagBytes: numberOf(row["lagBytes"]) ?? null,
    lagMs,
    keptBytes: null,
    isBad: (lagMs ?? 0) > badLagMs || (kind === "upstream" && state !== "streaming") || state === "stopped",
  };
}

/** `wal_status` since 13; `conflicting` since 16; `invalidation_reason` and `inactive_since` since 17. */
function slotRow(row: Row): ReplicationRow {
  const status = typeof row["wal_status"] === "string" ? row["wal_status"] : "unknown";
  const isLost = status === "lost" || status === "unreserved" || row["conflicting"] === true;
  const reason = row["invalidation_reason"];
  const since = row["inactive_since"];
  const details = [
    row["slot_type"],
    row["database"],
    typeof reason === "string" ? `invalid: ${reason}` : undefined,
    since instanceof Date && row["active"] !== true ? `inactive since ${since.toISOString()}` : undefined,
  ];
  return {
    kind: "slot",
    name: String(row["slot_name"]),
    state: `${row["active"] === true ? "active" : "inactive"}, ${status}`,
    detail: details.filter((detail) => typeof detail === "string" && detail !== "").join(", "),
    lagBytes: null,
    lagMs: null,
    keptBytes: numberOf(row["keptBytes"]) ?? null,
    isBad: isLost || (row["active"] !== true && (numberOf(row["keptBytes"]) ?? 0) > 2 ** 30),
  };
}
