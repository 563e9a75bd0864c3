import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import { VezaError, messageOf, usageError } from "../kernel/error.ts";
import { RedisRefusal, encodeCommand, parseReply } from "./protocol.ts";
import type { Reply } from "./protocol.ts";

export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly isEncrypted: boolean;
}

/** One connection that asks and is answered, one command after the other. */
export interface Redis extends AsyncDisposable {
  /** Host and port, for messages. */
  readonly place: string;
  /** Throws `RedisRefusal` when the server refuses the command. */
  readonly ask: (...words: readonly string[]) => Promise<Reply>;
}

/** Reads `redis://[user][:password]@host[:port]` or `rediss://…`. Errors never repeat the text: it may hold a password. */
export function parseRedisUrl(content: string): RedisTarget {
  let url: URL;
  try {
    url = new URL(content);
  } catch {
    throw badUrl();
  }
  if (!["redis:", "rediss:"].includes(url.protocol)) throw badUrl();
  return {
    host: url.hostname === "" ? "localhost" : url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 6379 : Number(url.port),
    user: url.username === "" ? undefined : decodeURIComponent(url.username),
    password: url.password === "" ? undefined : decodeURIComponent(url.password),
    isEncrypted: url.protocol === "rediss:",
  };
}

function badUrl(): VezaError {
  return usageError(
    "redis.invalid-url",
    "The address of Redis cannot be read.",
    "Write it as redis://user:password@host:6379.",
  );
}

/** Connects and logs in. No answer within `timeoutMs`, then and later, ends it. */
export async function connectRedis(target: RedisTarget, timeoutMs: number): Promise<Redis> {
  const place = `${target.host}:${target.port}`;
  let socket: Socket;
  try {
    socket = await open(target, timeoutMs);
  } catch (error) {
    throw unreachable(place, error);
  }
  const ask = asker(socket, timeoutMs);
  const close = async (): Promise<void> => {
    socket.destroy();
  };
  const redis: Redis = { place, ask: async (...words) => ask(words), [Symbol.asyncDispose]: close };
  try {
    if (target.password !== undefined) {
      await ask(["AUTH", ...(target.user === undefined ? [] : [target.user]), target.password]);
    }
    await ask(["PING"]);
    return redis;
  } catch (error) {
    await close();
    throw refusalOf(error, place) ?? unreachable(place, error);
  }
}

async function open(target: RedisTarget, timeoutMs: number): Promise<Socket> {
  const { host, port, isEncrypted } = target;
  const { connect: connectTls } = isEncrypted ? await import("node:tls") : { connect: undefined };
  return new Promise((resolve, reject) => {
    const socket =
      connectTls === undefined ? connectTcp(port, host) : connectTls({ host, port, servername: host });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error("no answer in time")));
    socket.once(isEncrypted ? "secureConnect" : "connect", () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Sends a command and waits for its whole answer. */
function asker(socket: Socket, timeoutMs: number): (words: readonly string[]) => Promise<Reply> {
  let received = Buffer.alloc(0);
  return async (words) =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        socket.removeAllListeners("data").removeAllListeners("error").removeAllListeners("close");
        // Whatever goes wrong between two commands shows at the next one.
        socket.on("error", () => {});
        settle();
      };
      socket.setTimeout(timeoutMs);
      socket.on("error", (error) => finish(() => reject(error)));
      socket.on("close", () => finish(() => reject(new Error("the server closed the connection"))));
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        try {
          const parsed = parseReply(received);
          if (parsed === undefined) return;
          received = received.subarray(parsed.end);
          const { reply } = parsed;
          finish(() => (reply instanceof RedisRefusal ? reject(reply) : resolve(reply)));
        } catch (error) {
          finish(() => reject(error));
        }
      });
      if (socket.destroyed) finish(() => reject(new Error("the server closed the connection")));
      else socket.write(encodeCommand(words));
    });
}

/** The error of a login that was refused; undefined when it was not the server that spoke. */
function refusalOf(error: unknown, place: string): VezaError | undefined {
  if (!(error instanceof RedisRefusal)) return undefined;
  const isLogin = ["NOAUTH", "WRONGPASS", "NOPERM", "ERR"].includes(error.kind);
  return new VezaError({
    code: isLogin ? "redis.login-failed" : "redis.refused",
    ending: "environment",
    message: `Redis at ${place} refused: ${error.message}`,
    hint: isLogin
      ? "Give user and password in the address, redis://user:password@host:6379, by VEZA_DB_REDIS_URL."
      : "Look at the server with redis-cli PING.",
    cause: error,
  });
}

function unreachable(place: string, error: unknown): VezaError {
  return new VezaError({
    code: "redis.unreachable",
    ending: "environment",
    message: `Cannot reach Redis at ${place}: ${messageOf(error)}.`,
    hint: "Start Redis, or mend its address where it was named: a flag, VEZA_DB_REDIS_URL or REDIS_URL.",
    cause: error,
  });
}
