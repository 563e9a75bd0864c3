import type { Socket } from "node:net";

/**
 * Listens for what a server says as it ends a session ("terminating connection due to …"). It is the last message on
 * the line, without the ReadyForQuery for which the driver waits before it would tell.
 */
export function listenForLastWords(socket: Socket): () => string | undefined {
  let last: Buffer | undefined;
  socket.on("data", (chunk: Buffer) => {
    last = chunk;
  });
  return () => (last === undefined ? undefined : lastWords(last));
}

const messageType = "E".charCodeAt(0);
const shortest = 20;
const longest = 4096;

/** The text of an ErrorResponse with which these bytes end. */
function lastWords(bytes: Buffer): string | undefined {
  for (let start = bytes.length - shortest; start >= Math.max(0, bytes.length - longest); start--) {
    if (bytes[start] !== messageType || bytes.readInt32BE(start + 1) !== bytes.length - start - 1) continue;
    const fields = bytes.toString("utf8", start + 5).split("\0");
    const isFatal = fields.some((field) => /^V(FATAL|PANIC)$/.test(field));
    if (isFatal) return fields.find((field) => field.startsWith("M"))?.slice(1);
  }
  return undefined;
}
