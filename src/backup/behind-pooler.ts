import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";

export interface PoolerRefusal {
  readonly code: string;
  readonly deed: string;
  /** What was done until then. */
  readonly state: string;
}

/** The refusal of a pooler's session. */
export function behindPooler({ target }: Db, { code, deed, state }: PoolerRefusal): VezaError {
  return new VezaError({
    code,
    ending: "refused",
    message: `${target.host}:${target.port} is a connection pooler, and a ${deed} needs one session from beginning to end.`,
    hint: "Name the server itself with --direct-url <dsn> or DIRECT_DATABASE_URL.",
    state,
  });
}
