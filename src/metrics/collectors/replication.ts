import { labelsOf, noLabels } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText, valueOf } from "../families.ts";
import type { Collector, Column } from "../model.ts";

const columns: readonly Column[] = [
  {
    column: "lag",
    name: "pg_replication_lag_seconds",
    type: "gauge",
    help: "How far this standby is behind; 0 on a primary.",
  },
  {
    column: "is_replica",
    name: "pg_replication_is_replica",
    type: "gauge",
    help: "1 where this server is a standby.",
  },
  {
    column: "last_replay",
    name: "pg_replication_last_replay_seconds",
    type: "gauge",
    help: "Age of the last transaction that was replayed; 0 on a primary.",
  },
];

export const replication: Collector = {
  name: "replication",
  collect: async ({ query }, { isCompatible }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/replication.sql"));
    const older: readonly Column[] = isCompatible
      ? [
          {
            column: "lag",
            name: "pg_replication_lag",
            type: "gauge",
            help: "Older name of pg_replication_lag_seconds.",
          },
        ]
      : [];
    return familiesOf(
      rows,
      rows.map(() => noLabels),
      [...columns, ...older],
      0,
    );
  },
};

export const statReplication: Collector = {
  name: "stat_replication",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/stat-replication.sql"));
    const labels = rows.map((row) =>
      labelsOf(
        Object.fromEntries(
          ["application_name", "client_addr", "state", "slot_name", "pid"].map((name) => [
            name,
            labelText(row[name]),
          ]),
        ),
      ),
    );
    return familiesOf(rows, labels, [
      {
        column: "lsn",
        name: "pg_stat_replication_pg_current_wal_lsn_bytes",
        type: "gauge",
        help: "Position of the WAL here, in bytes.",
      },
      {
        column: "behind",
        name: "pg_stat_replication_pg_wal_lsn_diff",
        type: "gauge",
        help: "Bytes of WAL that the standby has not replayed.",
      },
    ]);
  },
};

/** The part of the name that postgres_exporter 0.20 changed, and what it was before. */
const slotPrefixes = { now: "pg_replication_slots_", before: "pg_replication_slot_" } as const;

export const replicationSlots: Collector = {
  name: "replication_slots",
  collect: async ({ query }, { isCompatible }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/replication-slots.sql"));
    const byDatabase = rows.map(({ slot_name: slot, database }) =>
      labelsOf({ slot_name: labelText(slot), database: labelText(database) }),
    );
    const byType = rows.map(({ slot_name: slot, slot_type: type }) =>
      labelsOf({ slot_name: labelText(slot), slot_type: labelText(type) }),
    );
    const slot = (column: string, name: string, help: string): Column => ({
      column,
      name: `${slotPrefixes.now}${name}`,
      type: "gauge",
      help,
    });
    const typed = familiesOf(rows, byType, [
      slot("current", "slot_current_wal_lsn", "Position of the WAL here, in bytes."),
      slot("flushed", "slot_confirmed_flush_lsn", "Position that the slot's reader has confirmed."),
      slot("active", "slot_is_active", "1 where somebody reads the slot."),
      slot(
        "safe_wal_size",
        "safe_wal_size_bytes",
        "Bytes that can still be written before the slot is lost.",
      ),
    ]);
    const withStatus = rows.filter((row) => valueOf(row["wal_status"]) !== undefined);
    const status: Family = {
      name: `${slotPrefixes.now}wal_status`,
      type: "gauge",
      help: "1 with the state of the WAL that the slot needs as a label.",
      labels: withStatus.map((row) =>
        labelsOf({
          slot_name: labelText(row["slot_name"]),
          slot_type: labelText(row["slot_type"]),
          wal_status: labelText(row["wal_status"]),
        }),
      ),
      values: withStatus.map(() => 1),
    };
    const plain = familiesOf(rows, byDatabase, [
      slot("active", "active", "1 where somebody reads the slot."),
      slot("behind", "pg_wal_lsn_diff", "Bytes of WAL that the slot keeps."),
    ]);
    const older = isCompatible
      ? [...typed, status].map((family) => ({
          ...family,
          name: family.name.replace(slotPrefixes.now, slotPrefixes.before),
        }))
      : [];
    return [...plain, ...typed, status, ...older];
  },
};
