import type { Counting } from "../../../stats/rates.ts";
import { readWal } from "../../../stats/reports/wal.ts";
import type { WalRow } from "../../../stats/reports/wal.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";
import { figureColumns } from "./shared/figures.ts";

const counting: Counting<WalRow> = { keyOf: ({ area, figure }) => `${area}/${figure}`, fields: ["value"] };

export const command = defineReport({
  description:
    "Shows WAL, checkpoints, the background writer and the archiver since their counters were reset.",
  examples: [
    { command: "veza-db stats wal", summary: "how much is written, and what asks for checkpoints" },
    { command: "veza-db stats wal --watch 10s", summary: "what is written now" },
  ],
  read: async (_context, db) => readWal(db),
  counting,
  view: (report) => [reportTable(figureColumns<WalRow>(), report.rows), ...closing(report)],
});
