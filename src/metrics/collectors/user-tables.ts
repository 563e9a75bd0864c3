import { labelsOf } from "../../kernel/exposition.ts";
import type { Family, Labels } from "../../kernel/exposition.ts";
import type { Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { StatsSession } from "../../stats/session.ts";
import { familiesOf, labelText } from "../families.ts";
import { sizesMs } from "../model.ts";
import type { Answer, Collector, Column, Memory } from "../model.ts";
import { keepRising } from "../remainder.ts";

const counters: Readonly<Record<string, string>> = {
  seq_scan: "Sequential scans of the table.",
  seq_tup_read: "Live rows read by sequential scans.",
  idx_scan: "Index scans of the table.",
  idx_tup_fetch: "Live rows fetched by index scans.",
  n_tup_ins: "Rows inserted.",
  n_tup_upd: "Rows updated.",
  n_tup_del: "Rows deleted.",
  n_tup_hot_upd: "Rows updated without new index entries.",
  vacuum_count: "Times the table was vacuumed by hand.",
  autovacuum_count: "Times autovacuum vacuumed the table.",
  analyze_count: "Times the table was analysed by hand.",
  autoanalyze_count: "Times autovacuum analysed the table.",
};
const gauges: Readonly<Record<string, string>> = {
  n_live_tup: "Live rows, estimated.",
  n_dead_tup: "Dead rows, estimated.",
  n_mod_since_analyze: "Rows changed since the table was last analysed, estimated.",
  last_vacuum: "When the table was last vacuumed by hand, in seconds since 1970; 0 for never.",
  last_autovacuum: "When autovacuum last vacuumed the table, in seconds since 1970; 0 for never.",
  last_analyze: "When the table was last analysed by hand, in seconds since 1970; 0 for never.",
  last_autoanalyze: "When autovacuum last analysed the table, in seconds since 1970; 0 for never.",
};

const columns = columnsOf("pg_stat_user_tables_", counters, gauges);
const sizes = columnsOf(
  "pg_stat_user_tables_",
  {},
  {
    index_size_bytes: "Disk space of the table's indexes.",
    table_size_bytes: "Disk space of the table with TOAST, without indexes.",
  },
);

const blocks = columnsOf(
  "pg_statio_user_tables_",
  {
    heap_blocks_read: "Blocks of the table that were read.",
    heap_blocks_hit: "Blocks of the table found in the shared buffers.",
    idx_blocks_read: "Blocks of its indexes that were read.",
    idx_blocks_hit: "Blocks of its indexes found in the shared buffers.",
    toast_blocks_read: "Blocks of its TOAST table that were read.",
    toast_blocks_hit: "Blocks of its TOAST table found in the shared buffers.",
    tidx_blocks_read: "Blocks of the TOAST table's index that were read.",
    tidx_blocks_hit: "Blocks of the TOAST table's index found in the shared buffers.",
  },
  {},
).map((column) => ({ ...column, column: column.column.replace("_blocks_", "_blks_") }));

function columnsOf(
  prefix: string,
  counting: Readonly<Record<string, string>>,
  standing: Readonly<Record<string, string>>,
): Column[] {
  const all = (table: Readonly<Record<string, string>>, type: Column["type"]): Column[] =>
    Object.entries(table).map(([column, help]) => ({ column, name: `${prefix}${column}`, type, help }));
  return [...all(counting, "counter"), ...all(standing, "gauge")];
}

export const statUserTables: Collector = {
  name: "stat_user_tables",
  isPerDatabase: true,
  collect: async (session, { maxTables }, memory) => {
    const { database } = session.facts;
    const rows = await session.query(loadSql(import.meta.url, "../sql/user-tables.sql"), [
      maxTables,
      arrayOf(memory.shown.get(database) ?? []),
    ]);
    const oids = rows.flatMap(({ relid }) => (relid === null ? [] : [labelText(relid)]));
    memory.shown.set(database, new Set(oids));
    const labels = tableLabels(rows, database);
    const families = risingFamilies(rows, labels, columns, memory, database);
    const { families: known, rest } = sizeFamilies(session, rows, labels, oids, memory);
    return { families: [...families, ...known], rest };
  },
};

/**
 * A part of its own: where a table is locked the counters are there all the same, and its size is the last one known. A
 * table that is new is asked at once.
 */
function sizeFamilies(
  session: StatsSession,
  rows: readonly Row[],
  labels: readonly Labels[],
  oids: readonly string[],
  memory: Memory,
): Answer {
  const { database } = session.facts;
  const known = memory.sizes.get(database);
  const isFresh = known !== undefined && performance.now() - known.at < sizesMs;
  const asked = isFresh ? oids.filter((oid) => !known.byOid.has(oid)) : oids;
  const familiesWith = (byOid: ReadonlyMap<string, Row>): Family[] => {
    const withSizes = rows.map(({ relid }): Row => {
      const size = byOid.get(labelText(relid));
      return { index_size_bytes: size?.["index_bytes"], table_size_bytes: size?.["table_bytes"] };
    });
    return familiesOf(withSizes, labels, sizes);
  };
  if (asked.length === 0 && known !== undefined) return { families: familiesWith(known.byOid) };
  const rest = async (): Promise<Family[]> => {
    const found = await session.attempt("Sizes of tables", () =>
      session.query(loadSql(import.meta.url, "../sql/table-bytes.sql"), [arrayOf(asked)]),
    );
    const read = new Map((found ?? []).map((row) => [labelText(row["relid"]), row]));
    const byOid = new Map<string, Row>();
    for (const oid of oids) {
      const size = read.get(oid) ?? known?.byOid.get(oid);
      if (size !== undefined) byOid.set(oid, size);
    }
    memory.sizes.set(database, {
      at: isFresh || found === undefined ? (known?.at ?? 0) : performance.now(),
      byOid,
    });
    return familiesWith(byOid);
  };
  return { families: [], rest };
}

/** Asked together with the tables, by those that had series last time; where they have changed, once more. */
export const statioUserTables: Collector = {
  name: "statio_user_tables",
  isPerDatabase: true,
  collect: async (session, { maxTables }, memory) => {
    const { database } = session.facts;
    const shown = (): string => (maxTables === 0 ? "{}" : arrayOf(memory.shown.get(database) ?? []));
    const read = async (oids: string): Promise<Family[]> => {
      const rows = await session.query(loadSql(import.meta.url, "../sql/user-tables-io.sql"), [
        oids,
        maxTables > 0,
      ]);
      return risingFamilies(rows, tableLabels(rows, database), blocks, memory, database);
    };
    const rest = (): Promise<Family[]> => read(shown());
    if (maxTables > 0 && !memory.shown.has(database)) return { families: [], rest };
    const before = shown();
    const families = await read(before);
    return shown() === before ? families : { families: [], rest };
  },
};

function tableLabels(rows: readonly Row[], datname: string): Labels[] {
  return rows.map(({ schemaname, relname }) =>
    labelsOf({ datname, schemaname: labelText(schemaname), relname: labelText(relname) }),
  );
}

/** The families, with the counters of the remainder kept from falling. */
function risingFamilies(
  rows: readonly Row[],
  labels: readonly Labels[],
  named: readonly Column[],
  memory: Memory,
  database: string,
): Family[] {
  const rest = rows.findIndex(({ relid }) => relid === null);
  return familiesOf(rows, labels, named).map((family) => {
    if (rest < 0 || family.type !== "counter") return family;
    const raised = keepRising(memory, `${database} ${family.name}`, family.values[rest] ?? 0);
    return { ...family, values: family.values.with(rest, raised) };
  });
}

/** A list of object ids as PostgreSQL reads an array. */
function arrayOf(oids: Iterable<string>): string {
  return `{${[...oids].join(",")}}`;
}
