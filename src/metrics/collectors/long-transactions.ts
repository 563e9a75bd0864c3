import { noLabels } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf } from "../families.ts";
import type { Collector } from "../model.ts";

export const longTransactions: Collector = {
  name: "long_running_transactions",
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/long-transactions.sql"));
    return familiesOf(
      rows,
      rows.map(() => noLabels),
      [
        {
          column: "transactions",
          name: "pg_long_running_transactions",
          type: "gauge",
          help: "Transactions that are open now.",
        },
        {
          column: "oldest",
          name: "pg_long_running_transactions_oldest_timestamp_seconds",
          type: "gauge",
          help: "Age of the oldest of them in seconds (no timestamp: the name is postgres_exporter's).",
        },
      ],
    );
  },
};
