/** Reading a compressed plain dump from end to end. */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { messageOf } from "../../kernel/error.ts";

/** The last lines of every dump that pg_dump has finished; a token may follow. */
const trailer =
  /--\r?\n-- PostgreSQL database (?:cluster )?dump complete\r?\n--\s*(?:\\unrestrict [A-Za-z0-9]+\s*)?$/;
const keptBytes = 4096;

/** Undefined when the text is whole: the stream is sound and ends as pg_dump ends it. Else what is wrong. */
export async function readPlain(path: string, signal: AbortSignal): Promise<string | undefined> {
  let last: Buffer = Buffer.alloc(0);
  try {
    await pipeline(
      createReadStream(path),
      createGunzip(),
      async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) {
          last =
            piece.length >= keptBytes
              ? piece.subarray(-keptBytes)
              : Buffer.concat([last, piece]).subarray(-keptBytes);
        }
      },
      { signal },
    );
  } catch (error) {
    if (signal.aborted) throw error;
    return `the compressed text is damaged: ${messageOf(error)}`;
  }
  return endsAsDump(last.toString("latin1"))
    ? undefined
    : 'the text does not end with "PostgreSQL database dump complete"';
}

export function endsAsDump(text: string): boolean {
  return trailer.test(text.trimEnd());
}
