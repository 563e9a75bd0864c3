/** What `partition convert` says: how far a conversion has come, and what is next. */
import { formatDuration } from "../kernel/duration.ts";
import type { Conversion, Phase } from "../partition/convert/model.ts";
import type { ConvertStep } from "../partition/convert/plan.ts";
import type { WayBack } from "../partition/convert/way-back.ts";
import type { Relation } from "../partition/model.ts";
import { policyName, writtenName } from "../partition/table-name.ts";
import { hint, pairs, text } from "../ui/view.ts";
import type { Block } from "../ui/view.ts";
import { count } from "../ui/words.ts";
import { stepBlocks } from "./partitions.ts";

export interface State {
  readonly phase: Phase;
  readonly status: "running or stopped" | "paused" | "done" | "aborted" | "rolled back";
  readonly copied: number;
  readonly rowsEstimate: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** After the swap, as long as the old table is kept equal; else null. */
  readonly wayBack: {
    readonly isOpen: boolean;
    readonly since: string | null;
    readonly reason: string | null;
  } | null;
}

export interface ConvertData {
  readonly table: string;
  readonly steps: readonly ConvertStep[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly conversion: State | null;
  readonly isDryRun: boolean;
  readonly server: string;
  readonly next: string;
}

export function stateOf(
  { phase, outcome, isPaused, copied, spec, startedAt, updatedAt }: Conversion,
  wayBack: WayBack | undefined,
): State {
  return {
    phase,
    status: outcome ?? (isPaused ? "paused" : "running or stopped"),
    copied,
    rowsEstimate: Math.max(0, spec.parts.rows),
    startedAt: startedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    wayBack:
      wayBack === undefined
        ? null
        : { ...wayBack, since: wayBack.since === null ? null : wayBack.since.toISOString() },
  };
}

export function viewConversion({
  table,
  steps,
  conversion,
  isDryRun,
  created,
  server,
  next,
}: ConvertData): Block[] {
  if (isDryRun)
    return [
      text(
        `${table} would be converted in ${count(steps.length, "phase")} on ${server}; nothing was changed.`,
      ),
      ...steps.flatMap((step) => [
        ...stepBlocks([{ ...step, why: `${step.phase}: ${step.why}` }]),
        text(`about ${formatDuration(step.estimateMs)}; undone by: ${step.undo}`, "muted"),
      ]),
      hint(next),
    ];
  if (conversion === null) return [text(`${table} is not being converted, and never was.`), hint(next)];
  if (conversion.status === "done" && created.length > 0)
    return [
      text(
        `${table} is partitioned: ${count(created.length, "partition")}, ${count(conversion.copied, "row")} copied.`,
        "good",
      ),
      ...(conversion.wayBack?.isOpen === false
        ? [text(`The way back is closed: ${conversion.wayBack.reason ?? ""}`, "warning")]
        : []),
      hint(next),
    ];
  return [
    text(`${table}: ${conversion.status}`),
    pairs([
      ["phase", conversion.phase],
      ["rows copied", `${conversion.copied} of about ${conversion.rowsEstimate}`],
      ["since", conversion.startedAt],
      ["last seen", conversion.updatedAt],
      ...wayBackPairs(conversion),
    ]),
    hint(next),
  ];
}

function wayBackPairs({ wayBack }: State): [string, string][] {
  if (wayBack === null) return [];
  return [["way back", wayBack.isOpen ? "open" : `closed: ${wayBack.reason ?? ""}`]];
}

/** What is to be done next. */
export function nextOf(
  table: Relation,
  conversion: Conversion | undefined,
  dryRun: { readonly by: string; readonly every: string } | undefined,
): string {
  const call = `veza-db partition convert ${writtenName(table)}`;
  if (dryRun !== undefined) return `${call} --by ${dryRun.by} --every ${dryRun.every}`;
  if (conversion === undefined) return `${call} --by created_at --dry-run`;
  const { outcome, spec } = conversion;
  if (outcome === null) return spec.kind === "drain" ? "veza-db partition maintain" : `${call} --resume`;
  if (outcome !== "done" || spec.kind !== "convert") return `${call} --status`;
  const policy = { table: policyName(table), column: spec.column, interval: spec.interval };
  return `Write partitions/${table.name}.json, e.g. ${JSON.stringify(policy)}, then: veza-db partition maintain`;
}
