/** Why an index can go or is missing. */

export const indexFindings = ["invalid", "duplicate", "covered", "missing-fk", "unused"] as const;
export type IndexFinding = (typeof indexFindings)[number];

/** What a finding rests on: of a double the index that stays, of a missing one the foreign key. */
export interface IndexAbout {
  readonly other: string | null;
  readonly foreignKey: {
    readonly constraint: string;
    readonly columns: readonly string[];
    readonly referenced: { readonly schema: string; readonly table: string };
  } | null;
}

/** The reason in words. Pure. */
export function whyOf(finding: IndexFinding, { other, foreignKey }: IndexAbout): string {
  switch (finding) {
    case "invalid":
      return "no query can use it; every write pays for it";
    case "duplicate":
      return `the same as ${other ?? ""}`;
    case "covered":
      return `${other ?? ""} begins with the same columns`;
    case "unused":
      return "never scanned";
    case "missing-fk": {
      if (foreignKey === null) return "";
      const { constraint, columns, referenced } = foreignKey;
      return `${constraint} (${columns.join(", ")}): each delete in ${referenced.schema}.${referenced.table} reads the whole table`;
    }
  }
}
