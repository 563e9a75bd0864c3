import type { Check, Status } from "../../../../stats/check/model.ts";
import type { Tone } from "../../../../ui/view.ts";
import type { ReportColumn } from "./columns.ts";

/** What a status looks like. */
export const statusTones: Readonly<Record<Status, Tone>> = {
  ok: "good",
  warning: "warning",
  critical: "bad",
  unknown: "muted",
};

export const checkColumns: readonly ReportColumn<Check>[] = [
  { name: "status", field: "status", unit: "text", tone: ({ status }) => statusTones[status] },
  { name: "check", field: "check", unit: "text" },
  { name: "what", field: "message", unit: "text" },
];
