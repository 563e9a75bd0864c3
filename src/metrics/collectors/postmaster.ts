import { labelsOf, single } from "../../kernel/exposition.ts";
import { loadSql } from "../../sql/load.ts";
import type { Collector } from "../model.ts";

interface PostmasterRow {
  readonly version: string;
  readonly number: number;
  readonly started: number;
  readonly txid: string | null;
}

export const postmaster: Collector = {
  name: "postmaster",
  collect: async ({ query }, { isCompatible }) => {
    const [row] = await query<PostmasterRow>(loadSql(import.meta.url, "../sql/postmaster.sql"));
    if (row === undefined) throw new Error("the server says nothing of itself");
    const short = `${Math.floor(row.number / 10_000)}.${row.number % 10_000}.0`;
    return [
      {
        name: "pg_static",
        type: "untyped",
        help: "1 with the server's version as labels.",
        labels: [labelsOf({ version: row.version, short_version: short })],
        values: [1],
      },
      single(
        "pg_postmaster_start_time_seconds",
        "gauge",
        "When the server started, in seconds since 1970.",
        row.started,
      ),
      ...(isCompatible && row.txid !== null
        ? [
            single(
              "pg_txid_current",
              "counter",
              "The next transaction id; none is used up by asking.",
              row.txid,
            ),
          ]
        : []),
    ];
  },
};
