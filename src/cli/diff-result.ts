/** The result of a comparison: as data, and as people read it. */
import { describeChange } from "../diff/describe.ts";
import type { Difference } from "../diff/describe.ts";
import type { Hazard } from "../diff/model.ts";
import type { OpenSide } from "../diff/open-side.ts";
import type { Pair } from "../diff/pair.ts";
import { hazardsOf, partsOf, planText } from "../diff/text.ts";
import { hint, sql, table, text } from "../ui/view.ts";
import type { Block } from "../ui/view.ts";
import { count } from "../ui/words.ts";

export interface DiffData {
  readonly equal: boolean;
  readonly changes: readonly Difference[];
  /** What makes the first side the second one. */
  readonly sql: string;
  readonly hazards: readonly Hazard[];
  readonly statements: readonly {
    readonly sql: string;
    readonly lock: string | null;
    readonly rewrites: boolean;
    readonly scans: boolean;
    readonly hazards: readonly Hazard[];
    readonly transactional: boolean;
  }[];
  readonly notes: readonly string[];
  readonly proof: { readonly triedIn: string | null; readonly pgDump: "agrees" | "disagrees" | "not asked" };
  readonly written: readonly string[];
  readonly from: string;
  readonly to: string;
}

export function dataOf(
  { changes, plan, provenIn, dumps }: Pair,
  from: OpenSide,
  to: OpenSide,
  isConcurrent: boolean,
  written: readonly string[],
  disagrees: boolean,
): DiffData {
  const parts = partsOf(plan.statements, isConcurrent);
  const statements = parts.flatMap(({ statements: list, isTransactional }) =>
    list.map(({ sql: statement, lock, rewrites, scans, hazards }) => ({
      sql: statement,
      lock: lock ?? null,
      rewrites,
      scans,
      hazards,
      transactional: isTransactional,
    })),
  );
  return {
    equal: changes.length === 0 && !disagrees,
    changes: changes.map(describeChange),
    sql: planText(plan, isConcurrent),
    hazards: hazardsOf(parts.flatMap(({ statements: list }) => list)),
    statements,
    notes: plan.notes,
    proof: {
      triedIn: provenIn ?? null,
      pgDump: dumps === undefined ? "not asked" : disagrees ? "disagrees" : "agrees",
    },
    written,
    from: from.shown,
    to: to.shown,
  };
}

export function diffView({
  equal,
  changes,
  statements,
  sql: written,
  from,
  to,
  proof,
  hazards,
  written: files,
}: DiffData): Block[] {
  if (equal) return [text(`No difference between ${from} and ${to}.`, "good")];
  const rows = statements.filter(
    ({ hazards: named, rewrites, scans }) => named.length > 0 || rewrites || scans,
  );
  const costs = rows.map(({ sql: statement, lock, rewrites, scans, hazards: named }) => [
    (statement.split("\n")[0] ?? "").slice(0, 80),
    lock ?? "",
    rewrites ? "rewrites" : scans ? "scans" : "",
    named.join(", "),
  ]);
  return [
    ...(written === "" ? [] : [sql(written), text("")]),
    ...(costs.length === 0 ? [] : [table(["statement", "lock", "rows", "hazards"], costs), text("")]),
    text(
      `${count(changes.length, "difference")} between ${from} and ${to}${hazards.length === 0 ? "" : `; hazards: ${hazards.join(", ")}`}.`,
      hazards.length === 0 ? undefined : "warning",
    ),
    ...(written === "" ? [text("No SQL brings this about; the warnings say why.", "warning")] : []),
    text(
      proof.triedIn === null
        ? "The SQL was not tried."
        : `Tried in ${proof.triedIn}: it leads there${proof.pgDump === "agrees" ? ", and pg_dump agrees" : ""}.`,
      "muted",
    ),
    ...files.map((file) => text(file)),
    ...(files.length === 0 ? [] : [hint("veza-db migrate --dry-run")]),
  ];
}
