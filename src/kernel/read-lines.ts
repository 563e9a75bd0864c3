import { closeSync, openSync, readSync } from "node:fs";

const pieceBytes = 1024 * 1024;
const newline = 0x0a;

/** The lines of a file, without their ends, one at a time: the file is never in memory as a whole. */
export function* readLines(path: string): Generator<string> {
  const file = openSync(path, "r");
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    // What has been read of a line that goes on in the next piece.
    let begun: Buffer[] = [];
    for (let read; (read = readSync(file, piece)) > 0;) {
      let start = 0;
      for (let end; (end = piece.indexOf(newline, start)) !== -1 && end < read; start = end + 1) {
        const line = piece.toString("utf8", start, end);
        yield begun.length === 0
          ? line
          : Buffer.concat([...begun, piece.subarray(start, end)]).toString("utf8");
        begun = [];
      }
      if (start < read) begun.push(Buffer.from(piece.subarray(start, read)));
    }
    if (begun.length > 0) yield Buffer.concat(begun).toString("utf8");
  } finally {
    closeSync(file);
  }
}
