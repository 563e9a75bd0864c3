import type { SnapshotTable } from "../stats/snapshot/model.ts";

export interface TableSize {
  readonly schema: string;
  readonly table: string;
  readonly bytes: number;
}

/** Sizes of tables, each partitioned one with all its partitions. Pure. */
export function rolledUp(tables: readonly SnapshotTable[]): readonly TableSize[] {
  const sizes: TableSize[] = [];
  const tops = new Map<string, Map<string, number>>();
  for (const { schema, table, bytes, partOf } of tables) {
    if (partOf === undefined) {
      sizes.push({ schema, table, bytes });
      continue;
    }
    const ofSchema = tops.get(partOf.schema) ?? new Map<string, number>();
    ofSchema.set(partOf.table, (ofSchema.get(partOf.table) ?? 0) + bytes);
    tops.set(partOf.schema, ofSchema);
  }
  for (const [schema, ofSchema] of tops)
    for (const [table, bytes] of ofSchema) sizes.push({ schema, table, bytes });
  return sizes;
}
