import type { Kind } from "../catalog/model.ts";
import type { Severity } from "../catalog/severity.ts";

/** One difference between the live database and what its migrations make. */
export interface Finding {
  /** What would have to be done to the live database. */
  readonly action: "create" | "drop" | "alter";
  readonly kind: Kind | "unmodelled";
  readonly name: string;
  /** For people: what is so, and what should be. */
  readonly detail: string;
  readonly severity: Severity;
  readonly properties: readonly FindingProperty[];
  /** The object's id in the catalog. */
  readonly id: string;
}

export interface FindingProperty {
  readonly property: string;
  /** As the live database has it; null where it has nothing of its own. */
  readonly from: string | null;
  /** As the migrations make it. */
  readonly to: string | null;
  readonly severity: Severity;
}

/** A difference that somebody has decided to live with, for a reason and until a day. */
export interface IgnoreRule {
  readonly kind: string;
  /** With `*` for any run of characters. */
  readonly name: string;
  readonly property?: string | undefined;
  readonly reason: string;
  /** YYYY-MM-DD: the last day on which the rule holds. */
  readonly expires?: string | undefined;
}

export interface RuleReport {
  readonly rule: IgnoreRule;
  readonly state: "used" | "unused" | "expired";
}

/** A migration as the history says it was applied. */
export interface AppliedMigration {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** Where the migrations are replayed. */
export type Place = "shadow" | "same-server" | "embedded" | "cache";
