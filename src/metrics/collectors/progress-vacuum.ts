import { labelsOf } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText } from "../families.ts";
import type { Collector } from "../model.ts";

/** In the server's order: the place is its number. */
const phases = [
  "initializing",
  "scanning heap",
  "vacuuming indexes",
  "vacuuming heap",
  "cleaning up indexes",
  "truncating heap",
  "performing final cleanup",
];

const columns: Readonly<Record<string, string>> = {
  heap_blks: "Blocks of the table.",
  heap_blks_scanned: "Blocks scanned so far.",
  heap_blks_vacuumed: "Blocks vacuumed so far.",
  index_vacuums: "Rounds through the indexes so far.",
  max_dead_tuples: "Dead rows that fit in memory before the indexes are gone through; since 17 bytes.",
  num_dead_tuples: "Dead rows found since the last round; since 17 bytes.",
};

export const progressVacuum: Collector = {
  name: "stat_progress_vacuum",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/progress-vacuum.sql"));
    const pairs = rows.map(({ datname, relname }) => ({
      datname: labelText(datname) || "unknown",
      relname: labelText(relname) || "unknown",
    }));
    const phase: Family = {
      name: "pg_stat_progress_vacuum_phase",
      type: "gauge",
      help: "1 for the phase that the vacuum is in, 0 for the others.",
      labels: pairs.flatMap((pair) => phases.map((name) => labelsOf({ ...pair, phase: name }))),
      values: rows.flatMap((row) => phases.map((_, index) => (Number(row["phase"]) === index ? 1 : 0))),
    };
    const others = familiesOf(
      rows,
      pairs.map(labelsOf),
      Object.entries(columns).map(([column, help]) => ({
        column,
        name: `pg_stat_progress_vacuum_${column}`,
        type: "gauge",
        help,
      })),
      0,
    );
    return [phase, ...others];
  },
};
