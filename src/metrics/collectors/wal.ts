import { noLabels } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf } from "../families.ts";
import type { Collector } from "../model.ts";

export const wal: Collector = {
  name: "wal",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/wal-segments.sql"));
    return familiesOf(
      rows,
      rows.map(() => noLabels),
      [
        { column: "segments", name: "pg_wal_segments", type: "gauge", help: "WAL segments on disk." },
        {
          column: "bytes",
          name: "pg_wal_size_bytes",
          type: "gauge",
          help: "Size of the WAL segments on disk.",
        },
      ],
    );
  },
};
