import { labelsOf } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText } from "../families.ts";
import type { Collector } from "../model.ts";

export const locks: Collector = {
  name: "locks",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/locks.sql"));
    return familiesOf(
      rows,
      rows.map(({ datname, mode }) => labelsOf({ datname: labelText(datname), mode: labelText(mode) })),
      [
        {
          column: "locks",
          name: "pg_locks_count",
          type: "gauge",
          help: "Locks that are held or waited for.",
        },
      ],
    );
  },
};
