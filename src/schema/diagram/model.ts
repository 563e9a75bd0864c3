/** A picture of a schema as plain data: tables, and which refers to which. */

export interface DiagramColumn {
  readonly name: string;
  readonly type: string;
  readonly isPrimary: boolean;
  readonly isForeign: boolean;
  /** By itself, by a constraint or a unique index of this one column. */
  readonly isUnique: boolean;
  readonly isNullable: boolean;
  readonly comment: string | null;
}

export interface DiagramTable {
  /** Schema and name, as people write them: `public.users`. Tells it from every other table. */
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "foreign table";
  readonly columns: readonly DiagramColumn[];
  /** Columns that are there, but not shown. */
  readonly hidden: number;
  readonly partitions: number;
  readonly comment: string | null;
}

/** A foreign key. */
export interface DiagramReference {
  /** The constraint's name. */
  readonly name: string;
  /** The id of the table that refers. */
  readonly from: string;
  readonly columns: readonly string[];
  /** The id of the table that is referred to. */
  readonly to: string;
  readonly targetColumns: readonly string[];
  /** False where one of its columns may be NULL. */
  readonly isRequired: boolean;
  /** True where no two rows can refer to the same one. */
  readonly isUnique: boolean;
}

export interface Diagram {
  /** Sorted by schema and name. */
  readonly tables: readonly DiagramTable[];
  /** Sorted by table and constraint; both ends are among the tables. */
  readonly references: readonly DiagramReference[];
}

export const columnChoices = ["all", "keys", "none"] as const;
/** Which columns of each table are shown. */
export type ColumnChoice = (typeof columnChoices)[number];
