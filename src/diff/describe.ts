import type { Change } from "../catalog/compare.ts";
import type { Severity } from "../catalog/severity.ts";

/** A difference as programs and people get it. */
export interface Difference {
  /** What would have to be done to the first side. */
  readonly action: Change["action"];
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
  readonly severity: Severity;
  readonly properties: readonly {
    readonly property: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly severity: Severity;
  }[];
}

/** That a materialised view is filled on one side is no schema: nobody wants it emptied. */
export function withoutState(changes: readonly Change[]): Change[] {
  return changes.flatMap((change) => {
    const properties = change.properties.filter(
      ({ property, from }) => property !== "unpopulated" || from !== undefined,
    );
    return change.action === "alter" && properties.length === 0 ? [] : [{ ...change, properties }];
  });
}

export function describeChange({ action, kind, name, severity, properties }: Change): Difference {
  const detail =
    action === "create"
      ? "is only on the second side"
      : action === "drop"
        ? "is only on the first side"
        : properties
            .map(({ property, from, to }) => `${property}: ${from ?? "(none)"} → ${to ?? "(none)"}`)
            .join("; ");
  return {
    action,
    kind,
    name,
    detail,
    severity,
    properties: properties.map(({ property, from, to, severity: worst }) => ({
      property,
      from: from ?? null,
      to: to ?? null,
      severity: worst,
    })),
  };
}
