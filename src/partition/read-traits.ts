import type { Db } from "../postgres/connect.ts";
import { loadSql } from "../sql/load.ts";

export interface Grant {
  /** null: PUBLIC. */
  readonly grantee: string | null;
  readonly isGrantable: boolean;
  readonly privileges: readonly string[];
}

export interface RowPolicy {
  readonly name: string;
  readonly command: string;
  readonly isPermissive: boolean;
  readonly roles: readonly (string | null)[];
  readonly using: string | null;
  readonly check: string | null;
}

/** What a table has that LIKE does not copy. */
export interface Traits {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  /** The owner is not the role that we are. */
  readonly isOthers: boolean;
  readonly rowSecurity: boolean;
  readonly forcesRowSecurity: boolean;
  readonly comment: string | null;
  readonly tablespace: string | null;
  readonly accessMethod: string | null;
  /** `fillfactor=80` */
  readonly options: readonly string[];
  /** d default, n nothing, f full, i an index. */
  readonly replicaIdentity: string;
  readonly replicaIndex: number | null;
  readonly grants: readonly Grant[];
  readonly hasGrants: boolean;
  readonly columnGrants: readonly (Grant & { readonly column: string })[];
  /** Who has privileges on what we make, without our saying so. */
  readonly byDefault: readonly (string | null)[];
  readonly policies: readonly RowPolicy[];
  readonly columnStatistics: readonly {
    readonly column: string;
    readonly target: number | null;
    readonly options: readonly string[] | null;
  }[];
  /** The index by which its rows were put in order; of a partitioned table the one of which its model's is part. */
  readonly clusteredIndex?: string | null;
  /** More or less statistics are gathered of an index's expressions than usual. */
  readonly hasIndexTargets?: boolean;
  /** Tables that foreign keys point to, as regclass writes them. */
  readonly references: readonly string[];
}

/** The traits of a table; `model` is a table whose storage serves where it has none of its own (a partition). */
export async function readTraits(db: Db, oid: number, model?: number): Promise<Traits> {
  const [row] = await db.query<Traits>(loadSql(import.meta.url, "./sql/read-traits.sql"), [
    oid,
    model ?? null,
  ]);
  if (row === undefined) throw new Error(`the table ${oid} is gone`);
  return row;
}

/** Names that cannot be given to a new relation of the schema. */
export async function readTakenNames(db: Db, schema: string): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>(loadSql(import.meta.url, "./sql/taken-names.sql"), [schema]);
  return new Set(rows.map(({ name }) => name));
}
