import { RedisRefusal } from "./protocol.ts";
import type { Redis } from "./connect.ts";

/** The fields of INFO, as texts by their names. */
export type RedisInfo = Readonly<Record<string, string>>;

export interface SlowCommand {
  readonly id: number;
  readonly at: string;
  readonly durationMs: number;
  /** The command's name, its first argument (a key, mostly) and how many more there are; never the values. */
  readonly command: string;
  readonly client: string | null;
}

/** Reads INFO: one command, whatever the number of keys. `all` has the figures of each command too. */
export async function readInfo(redis: Redis, sections?: "all"): Promise<RedisInfo> {
  return parseInfo(String(await redis.ask("INFO", ...(sections === undefined ? [] : [sections]))));
}

export function parseInfo(content: string): RedisInfo {
  const pairs = content
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    });
  return Object.fromEntries(pairs);
}

/** The last slow commands; the refusal's text where the user may not read them. */
export async function readSlowLog(redis: Redis, most: number): Promise<readonly SlowCommand[] | string> {
  try {
    const reply = await redis.ask("SLOWLOG", "GET", String(most));
    return Array.isArray(reply) ? reply.map(slowCommand) : [];
  } catch (error) {
    if (error instanceof RedisRefusal) return error.message;
    throw error;
  }
}

function slowCommand(entry: unknown): SlowCommand {
  const [id, time, micros, words, client]: unknown[] = Array.isArray(entry) ? entry : [];
  const [name = "", first, ...others] = Array.isArray(words) ? words.map(String) : [];
  const more = others.length === 0 ? "" : ` … (${others.length} more)`;
  return {
    id: Number(id),
    at: new Date(Number(time) * 1000).toISOString(),
    durationMs: Number(micros) / 1000,
    command: `${name.toUpperCase()}${first === undefined ? "" : ` ${first.slice(0, 60)}`}${more}`,
    client: typeof client === "string" && client !== "" ? client : null,
  };
}
