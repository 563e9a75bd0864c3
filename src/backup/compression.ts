import { VezaError, usageError } from "../kernel/error.ts";
import { runProgram } from "../programs/run.ts";
import type { Client } from "./clients.ts";
import type { BackupFormat } from "./model.ts";

/** How a dump is compressed: `none`, or a method with its level. */
export interface Compression {
  readonly method: "none" | "gzip" | "zstd" | "lz4";
  readonly level: number;
}

const pattern = /^(?:(none)|(gzip|zstd|lz4)(?::(\d+))?|(\d))$/;
const highest = { none: 0, gzip: 9, zstd: 22, lz4: 12 } as const;

/** Reads what `--compress` takes; a bare digit is a level of gzip, as pg_dump has it. */
export function parseCompression(text: string): Compression {
  const [, none, method, level, digit] = pattern.exec(text) ?? [];
  const found: Compression | undefined =
    none !== undefined || digit === "0"
      ? { method: "none", level: 0 }
      : digit !== undefined
        ? { method: "gzip", level: Number(digit) }
        : method === "gzip" || method === "zstd" || method === "lz4"
          ? { method, level: Number(level ?? 1) }
          : undefined;
  if (found !== undefined && found.level <= highest[found.method]) return found;
  throw usageError(
    "backup.bad-compression",
    `--compress takes none, gzip, zstd or lz4 with a level, as in gzip:1, not ${JSON.stringify(text)}.`,
    "Leave it out: zstd:1 where pg_dump has it, else gzip:1.",
  );
}

/** What is used: what was asked for, else the fastest that this pg_dump has. */
export async function chooseCompression(
  asked: Compression | undefined,
  format: BackupFormat,
  client: Client,
): Promise<Compression> {
  if (format === "plain") {
    if (asked === undefined || (asked.method === "gzip" && asked.level > 0))
      return asked ?? { method: "gzip", level: 1 };
    throw usageError(
      "backup.bad-compression",
      `--format plain writes one .sql.gz: gzip alone serves.`,
      "Leave --compress out, or choose another --format.",
    );
  }
  if (asked === undefined) {
    return (await has(client, "zstd")) ? { method: "zstd", level: 1 } : { method: "gzip", level: 1 };
  }
  if (asked.method === "none" || asked.method === "gzip" || (await has(client, asked.method))) return asked;
  throw new VezaError({
    code: "backup.compression-unavailable",
    ending: "environment",
    message: `${client.path} (${client.version}) cannot compress with ${asked.method}.`,
    hint: "Use --compress gzip:1, or a pg_dump of version 16 or newer that was built with it.",
    state: "Nothing was written.",
  });
}

/** Methods besides gzip came with version 16, and only where the program was built with them. It says so before it connects. */
async function has(client: Client, method: "zstd" | "lz4"): Promise<boolean> {
  if (client.major < 16) return false;
  const { stderr } = await runProgram(client.path, {
    args: [`--compress=${method}:1`, "--format=custom", "--file=/dev/null", "--no-password"],
    env: { PGHOST: "/nowhere", LC_ALL: "C" },
    timeoutMs: 20_000,
  });
  return !/compression/.test(stderr);
}

export function describeCompression({ method, level }: Compression): string {
  return method === "none" ? "none" : `${method}:${level}`;
}

/** As this version of pg_dump takes it. */
export function compressionArgument({ method, level }: Compression, client: Client): string {
  if (client.major < 16) return `--compress=${method === "none" ? 0 : level}`;
  return `--compress=${method === "none" ? "none" : `${method}:${level}`}`;
}
