/** What ANALYZE knows of a table. */
export interface TableShape {
  /** Remembered at the last VACUUM or ANALYZE, as is `rows`. */
  readonly pages: number;
  readonly rows: number;
  /** Percent; null for the default of 100. */
  readonly fillFactor: number | null;
  readonly columns: number;
  /** Columns that have statistics which the role may see. */
  readonly known: number;
  /** Bytes of a row's values on the average; null without statistics. */
  readonly width: number | null;
  readonly hasNulls: boolean | null;
}

const pageHeaderBytes = 24;
/** A line pointer and a row's header, rounded up to 8 bytes. */
const rowOverheadBytes = 4 + 24;

/**
 * Bytes of a table's heap that its rows would not need if they were packed: an estimate from ANALYZE's statistics, good
 * to some ten percent. Null where these are missing.
 */
export function estimateBloat(shape: TableShape, blockBytes: number): number | null {
  const { pages, rows, columns, known, width, hasNulls, fillFactor } = shape;
  if (rows < 0 || width === null || known < columns || pages === 0) return null;
  const nullMap = hasNulls === true ? Math.ceil(columns / 8) : 0;
  const rowBytes = rowOverheadBytes + Math.ceil((nullMap + width) / 8) * 8;
  const roomBytes = (blockBytes - pageHeaderBytes) * ((fillFactor ?? 100) / 100);
  const needed = Math.ceil(rows / Math.max(1, Math.floor(roomBytes / rowBytes)));
  return Math.max(0, pages - needed) * blockBytes;
}
