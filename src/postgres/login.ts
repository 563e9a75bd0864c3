import type Postgres from "postgres";
import type { BackendKey } from "./cancel-request.ts";
import type { ServerFacts } from "./connect.ts";
import { systemError } from "./session-gone.ts";

/** What a login told, and the key that cancels what its session runs. */
export interface Login {
  readonly facts: ServerFacts;
  readonly key: BackendKey;
}

/** Waits for the login; the answer to the first query tells whether a pooler stands between. */
export async function readFacts(sql: Postgres.Sql): Promise<Login> {
  const result = await sql.unsafe<{ pid: number }[]>("SELECT pg_catalog.pg_backend_pid() AS pid").simple();
  const version = String(sql.parameters["server_version"] ?? "0");
  const backendPid = result[0]?.pid ?? 0;
  const { pid, secret } = result.state;
  return {
    key: { pid, secret },
    facts: {
      version,
      major: Number.parseInt(version, 10),
      isStandby: sql.parameters["in_hot_standby"] === "on",
      backendPid,
      isPooled: backendPid !== pid,
    },
  };
}

/** Waits no longer than until the deadline (0: there is none), or until the signal comes. */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => {};
  const end = new Promise<never>((_resolve, reject) => {
    if (timeoutMs > 0)
      timer = setTimeout(
        () => reject(systemError("ETIMEDOUT", "the server did not answer in time")),
        timeoutMs,
      );
    stop = () => reject(systemError("ABORT_ERR", "connecting was stopped"));
  });
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
