import type { Value } from "../../kernel/exposition.ts";
import { labelsOf } from "../../kernel/exposition.ts";
import type { Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText, valueOf } from "../families.ts";
import { sizesMs } from "../model.ts";
import type { Collector, Column } from "../model.ts";

const columns: readonly Column[] = [
  {
    column: "size",
    name: "pg_database_size_bytes",
    type: "gauge",
    help: "Disk space that the database takes.",
  },
  {
    column: "connection_limit",
    name: "pg_database_connection_limit",
    type: "gauge",
    help: "Connections that the database may have, -1 for no limit.",
  },
  {
    column: "xid_age",
    name: "pg_database_wraparound_age_datfrozenxid_seconds",
    type: "gauge",
    help: "Transactions since the oldest one that is not frozen (not seconds: the name is postgres_exporter's).",
  },
  {
    column: "mxid_age",
    name: "pg_database_wraparound_age_datminmxid_seconds",
    type: "gauge",
    help: "Multixacts since the oldest one that is still needed (not seconds: the name is postgres_exporter's).",
  },
];

export const database: Collector = {
  name: "database",
  collect: async ({ query }, _wishes, memory) => {
    const known = memory.databaseSizes;
    const isDue = known === undefined || performance.now() - known.at > sizesMs;
    const found = await query(loadSql(import.meta.url, "../sql/databases.sql"), [isDue]);
    const rows = isDue
      ? found
      : found.map((row): Row => ({ ...row, size: known.byName.get(labelText(row["datname"])) }));
    if (isDue) {
      const sizes = rows.flatMap((row): (readonly [string, Value])[] => {
        const size = valueOf(row["size"]);
        return size === undefined ? [] : [[labelText(row["datname"]), size]];
      });
      memory.databaseSizes = { at: performance.now(), byName: new Map(sizes) };
    }
    return familiesOf(
      rows,
      rows.map(({ datname }) => labelsOf({ datname: labelText(datname) })),
      columns,
    );
  },
};
