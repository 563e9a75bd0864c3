import { kindOf } from "../kind.ts";
import type { Backup } from "../model.ts";

const compared = 5;

/** What is below half of the usual: the middle of the last good ones of its kind. Pure. */
export function findAnomalies(backup: Backup, earlier: readonly Backup[]): string[] {
  const { manifest } = backup;
  const kind = kindOf(manifest);
  const good = earlier
    .filter(
      ({ id, problem, manifest: other }) =>
        id !== backup.id && problem === undefined && kindOf(other) === kind,
    )
    .slice(-compared);
  const alike = good.filter(
    ({ manifest: other }) => other.format === manifest.format && other.compression === manifest.compression,
  );
  const found: string[] = [];
  const usualRows = median(good.map(({ manifest: other }) => other.rows));
  if (usualRows !== undefined && manifest.rows < usualRows / 2)
    found.push(`the backup holds ${manifest.rows} rows, below half of the usual ${usualRows}`);
  const usualBytes = median(alike.map(({ manifest: other }) => other.bytes));
  if (usualBytes !== undefined && manifest.bytes < usualBytes / 2)
    found.push(`the backup has ${manifest.bytes} bytes, below half of the usual ${usualBytes}`);
  return found;
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
