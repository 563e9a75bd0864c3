/** Redis' own protocol (RESP 2), as much of it as reading a server's figures takes. */

export type Reply = string | number | null | RedisRefusal | readonly Reply[];

/** An error that the server answered with, e.g. `NOAUTH Authentication required.` */
export class RedisRefusal extends Error {
  readonly kind: string;

  constructor(message: string) {
    super(message);
    this.name = "RedisRefusal";
    this.kind = message.split(" ")[0] ?? "";
  }
}

/** A command as the server reads it: every word with its length ahead, so that no word can be taken for another. */
export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

interface Parsed {
  readonly reply: Reply;
  readonly end: number;
}

/** The first whole reply of what has come so far; undefined while it is not whole. Throws on what is no RESP. */
export function parseReply(bytes: Buffer, start = 0): Parsed | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const kind = String.fromCodePoint(bytes[start] ?? 0);
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (kind) {
    case "+":
      return { reply: line, end: next };
    case "-":
      return { reply: new RedisRefusal(line), end: next };
    case ":":
      return { reply: Number(line), end: next };
    case "$":
      return parseBulk(bytes, Number(line), next);
    case "*":
      return parseList(bytes, Number(line), next);
    default:
      throw new RedisRefusal(
        `PROTOCOL the server does not speak Redis' protocol (it said ${JSON.stringify(line.slice(0, 40))})`,
      );
  }
}

function parseBulk(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const end = start + length + 2;
  return bytes.length < end ? undefined : { reply: bytes.toString("utf8", start, start + length), end };
}

function parseList(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length < 0) return { reply: null, end: start };
  const items: Reply[] = [];
  let end = start;
  while (items.length < length) {
    const item = parseReply(bytes, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}
