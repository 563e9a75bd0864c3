import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import type { Ending } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { describeTarget } from "./target.ts";
import type { Target } from "./target.ts";

/** What the server said, by the names of its error fields. */
export interface ServerError {
  readonly sqlstate: string;
  readonly severity: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** 1-based, in characters of the text sent. */
  readonly position: number | undefined;
  /** Position within a query that a function ran, and that query. */
  readonly internalQuery: string | undefined;
  readonly where: string | undefined;
}

/** The server's error behind a thrown value, or undefined when it was not the server that spoke. */
export function serverErrorOf(error: unknown): ServerError | undefined {
  if (!(error instanceof Error) || error.name !== "PostgresError") return undefined;
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const position = Number(field("position"));
  return {
    sqlstate: field("code") ?? "XX000",
    severity: field("severity") ?? "ERROR",
    message: error.message,
    detail: field("detail"),
    hint: field("hint"),
    position: Number.isInteger(position) && position > 0 ? position : undefined,
    internalQuery: field("internal_query"),
    where: field("where"),
  };
}

/** The SQLSTATE of a server error, else undefined. */
export function sqlstateOf(error: unknown): string | undefined {
  return serverErrorOf(error)?.sqlstate;
}

/** True when the connection is gone: cut, closed, or ended by the server or an administrator. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof VezaError) return error.code === "connection.lost";
  const lost = [
    "CONNECTION_CLOSED",
    "CONNECTION_DESTROYED",
    "CONNECTION_ENDED",
    "ECONNRESET",
    "EPIPE",
    "ETIMEDOUT",
  ];
  if (isSystemError(error, ...lost)) return true;
  const sqlstate = sqlstateOf(error);
  return sqlstate !== undefined && /^(57P0[1245]|08)/.test(sqlstate);
}

/** How a run ends on a server error that nothing closer to the work has explained. */
export function endingOf(sqlstate: string): Ending {
  if (sqlstate === "25006") return "refused";
  if (/^(28|3D|42501|53|08|57P)/.test(sqlstate)) return "environment";
  return "failed";
}

/** The error of a connection that could not be made. */
export function connectFailure(error: unknown, target: Target, isListening = false): VezaError {
  if (error instanceof VezaError) return error;
  const place = describeTarget(target);
  const server = serverErrorOf(error);
  if (server === undefined) {
    const failure = unreachable(error, target, place);
    return isListening && failure.facts["systemCode"] === "ETIMEDOUT" ? silent(failure) : failure;
  }
  const common = { ending: "environment", cause: error } as const;
  switch (server.sqlstate) {
    case "28P01":
    case "28000":
      return new VezaError({
        ...common,
        code: "connection.login-failed",
        message: `The server refused the login of ${place}: ${server.message}.`,
        detail: target.password === undefined ? "No password was given." : undefined,
        hint: "Give the password in the connection string, in PGPASSWORD or in ~/.pgpass; veza-db doctor shows what is used.",
        facts: { sqlstate: server.sqlstate },
      });
    case "3D000":
      return new VezaError({
        ...common,
        code: "connection.no-such-database",
        message: `The database "${target.database}" does not exist on ${target.host}:${target.port}.`,
        hint: `createdb -h ${target.host} -p ${target.port} -U ${shellWord(target.user)} ${shellWord(target.database)}`,
        facts: { sqlstate: server.sqlstate },
      });
    default:
      return new VezaError({
        ...common,
        code: "connection.refused-by-server",
        message: `The server did not accept the connection of ${place}: ${server.message}.`,
        detail: server.detail,
        hint: server.hint ?? wayIn(server, target),
        facts: { sqlstate: server.sqlstate },
      });
  }
}

/** What helps against a server that is there and lets nobody in. */
function wayIn({ sqlstate, message }: ServerError, { host, port, database }: Target): string {
  if (sqlstate === "57P03") return "VEZA_DB_WAIT=1min waits until it lets people in.";
  if (sqlstate !== "53300") return "The server's log says more.";
  if (message.includes("too many clients"))
    return "Every connection is taken, the reserved ones too: wait, or end one on the server's machine (ps -C postgres, then kill -TERM, never -KILL).";
  const url = `postgresql://<superuser>@${host}:${port}/${encodeURIComponent(database)}`;
  return `Superusers still get in, and see who is connected: veza-db stats connections --url ${url}`;
}

function unreachable(error: unknown, target: Target, place: string): VezaError {
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nobody listens there",
    ENOTFOUND: `the host name "${target.host}" is unknown`,
    EAI_AGAIN: `the host name "${target.host}" cannot be looked up now`,
    ETIMEDOUT: "no answer in time",
    EHOSTUNREACH: "there is no route to the host",
    ENETUNREACH: "there is no route to the network",
    ECONNRESET: "the server closed the connection at once",
    CONNECT_TIMEOUT: "no answer in time",
    CONNECTION_CLOSED: "the server closed the connection at once",
    ENOENT: "there is no such socket",
    EACCES: "the socket may not be used",
  };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const aggregate =
    error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : messageOf(error);
  return new VezaError({
    code: "connection.unreachable",
    ending: "environment",
    message: `Cannot reach the server of ${place}: ${reasons[code] ?? (aggregate === "" ? code : aggregate)}.`,
    detail: `The database was named by ${target.origin}.`,
    hint: "Start the server or mend the address; veza-db migrate --embedded uses a server of the tool's own.",
    facts: code === "" ? {} : { systemCode: code },
    cause: error,
  });
}

/** The server took the connection, so that there is nothing to start, and then did not let us in. */
function silent(failure: VezaError): VezaError {
  return failure.with({
    detail: [
      "Somebody listens there, but the login did not end: the server is too busy, or a session holds a catalog",
      "ACCESS EXCLUSIVE (VACUUM FULL, CLUSTER or REINDEX of one), for which every login waits.",
      failure.detail,
    ].join("\n"),
    hint: "Try again; VEZA_DB_CONNECT_TIMEOUT=60s waits longer.",
  });
}

/** The error of a query of the tool's own that the server refused. */
export function queryFailure(error: unknown, doing: string): VezaError {
  if (error instanceof VezaError) return error;
  const server = serverErrorOf(error);
  if (server === undefined) {
    if (!isConnectionLoss(error)) throw error;
    return new VezaError({
      code: "connection.lost",
      ending: "failed",
      message: `The connection to the server was lost while ${doing}.`,
      hint: "Run the command again when the server is back.",
      cause: error,
    });
  }
  return new VezaError({
    code: server.sqlstate === "42501" ? "connection.privilege-missing" : "connection.query-failed",
    ending: endingOf(server.sqlstate),
    message: `The server refused what was asked while ${doing}: ${server.message}.`,
    detail: [server.detail, `SQLSTATE ${server.sqlstate}`].filter((line) => line !== undefined).join("\n"),
    hint: server.hint ?? "veza-db doctor",
    facts: { sqlstate: server.sqlstate },
    cause: error,
  });
}
