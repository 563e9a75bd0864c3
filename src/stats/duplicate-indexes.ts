import { groupBy } from "../kernel/group-by.ts";

/** What makes an index what it is. Lists are texts of numbers with blanks between, as the catalog keeps them. */
export interface IndexShape {
  readonly oid: string;
  readonly tableOid: string;
  readonly method: string;
  /** Key columns; what follows them in `columns` is only included. */
  readonly keyCount: number;
  readonly columns: string;
  readonly classes: string;
  readonly collations: string;
  readonly options: string;
  readonly expressions: string | null;
  readonly predicate: string | null;
  readonly isUnique: boolean;
  /** A constraint, a replica identity or CLUSTER needs it. */
  readonly isNeeded: boolean;
  readonly scans: number;
}

/** An index that can go, and the one that does its work. */
export interface Double {
  readonly kind: "duplicate" | "covered";
  readonly index: IndexShape;
  readonly by: IndexShape;
}

/**
 * Indexes that are the same as another one of their table, or (b-trees) the beginning of one. An index that is needed
 * for anything else than reading is never named.
 */
export function findDoubles(indexes: readonly IndexShape[]): readonly Double[] {
  return [...groupBy(indexes, ({ tableOid }) => tableOid).values()].flatMap((ofTable) => {
    const gone = new Set<IndexShape>();
    const found: Double[] = [];
    for (const index of ofTable.toSorted(leastNeededFirst)) {
      if (index.isNeeded) continue;
      const by = ofTable.find(
        (other) => other !== index && !gone.has(other) && replaces(other, index) !== undefined,
      );
      const kind = by === undefined ? undefined : replaces(by, index);
      if (by === undefined || kind === undefined) continue;
      gone.add(index);
      found.push({ kind, index, by });
    }
    return found;
  });
}

/** Of two that are the same, the one goes that is not unique, has fewer scans, or is the younger. */
function leastNeededFirst(a: IndexShape, b: IndexShape): number {
  return Number(a.isUnique) - Number(b.isUnique) || a.scans - b.scans || Number(b.oid) - Number(a.oid);
}

function replaces(other: IndexShape, index: IndexShape): Double["kind"] | undefined {
  if (other.method !== index.method || other.predicate !== index.predicate) return undefined;
  if (index.isUnique && !other.isUnique) return undefined;
  const [keys, otherKeys] = [keysOf(index), keysOf(other)];
  const [extra, otherExtra] = [includedOf(index), includedOf(other)];
  const isPrefix = keys.every((key, place) => otherKeys[place] === key);
  if (!isPrefix || index.expressions !== other.expressions) return undefined;
  if (keys.length === otherKeys.length) {
    return extra.every((column) => otherExtra.includes(column)) ? "duplicate" : undefined;
  }
  const isPlain =
    index.method === "btree" && !index.isUnique && extra.length === 0 && index.expressions === null;
  return isPlain ? "covered" : undefined;
}

function keysOf({ keyCount, columns, classes, collations, options }: IndexShape): readonly string[] {
  const parts = [columns, classes, collations, options].map((list) => list.split(" "));
  return Array.from({ length: keyCount }, (_, place) => parts.map((part) => part[place] ?? "").join(":"));
}

function includedOf({ keyCount, columns }: IndexShape): readonly string[] {
  return columns.split(" ").slice(keyCount);
}
