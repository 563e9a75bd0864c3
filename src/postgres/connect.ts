import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import type Postgres from "postgres";
import { describeColumns, isAnswer, textOf } from "./answers.ts";
import { startCopy } from "./copy.ts";
import type { Copy } from "./copy.ts";
import { connectFailure, isConnectionLoss } from "./failure.ts";
import { cancelledLate } from "./cancel.ts";
import { requestCancel } from "./cancel-request.ts";
import { loadDriver } from "./driver.ts";
import { listenForLastWords } from "./last-words.ts";
import { readFacts, withDeadline } from "./login.ts";
import type { Login } from "./login.ts";
import { sessionGone, systemError } from "./session-gone.ts";
import { openSocket } from "./socket.ts";
import type { Target } from "./target.ts";
import { takeTurns } from "./turns.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Parameter = string | number | boolean | null;

/** What the server says of itself while a connection is made. */
export interface ServerFacts {
  /** As the server spells it, e.g. `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  /** e.g. 15 */
  readonly major: number;
  readonly isStandby: boolean;
  /** The process id of the backend that answered first. */
  readonly backendPid: number;
  /** True when the protocol named another process id: a pooler stands between. */
  readonly isPooled: boolean;
}

export interface Notice {
  readonly severity: string;
  readonly message: string;
}

export interface ConnectOptions {
  /** Shown in pg_stat_activity, e.g. `veza-db migrate`. */
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Told every SQL text before it is sent. */
  readonly echo?: ((sql: string) => void) | undefined;
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  /**
   * Stops the connecting, and later a query that is not answered soon; what is sent by {@link Db.send} is stopped by
   * {@link Db.cancel}, since only the caller knows what may end in the middle.
   */
  readonly signal?: AbortSignal | undefined;
  /** False: the process may end while the connection is open, even in the middle of a statement. */
  readonly keepsProcess?: boolean | undefined;
  /**
   * True: what is asked by {@link Db.query} is prepared once and then only run, for a session that asks the same again and
   * again. Behind a pooler, where the next statement may meet another session, nothing is.
   */
  readonly preparesQueries?: boolean | undefined;
  /** True: closing does not wait until the server has let go, as before the end of a process. */
  readonly closesAtOnce?: boolean | undefined;
}

/** What one statement gave: its rows and its command tag. */
export interface Answer {
  readonly rows: readonly Row[];
  /** e.g. `INSERT`, `COMMIT` */
  readonly command: string;
  readonly count: number;
}

/** A column of a result, as the server describes it. */
export interface ColumnDescription {
  readonly name: string;
  readonly typeOid: number;
  /** The table and its column that the value is taken from as it stands; 0 for anything computed. */
  readonly tableOid: number;
  readonly attributeNumber: number;
}

/** What the server says of a statement that it has parsed and not run. */
export interface StatementDescription {
  readonly parameterOids: readonly number[];
  readonly columns: readonly ColumnDescription[];
}

/** Rows in the server's own text, which loses nothing: no time goes through a Date, no number through a double. */
export interface TextResult {
  readonly columns: readonly ColumnDescription[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * One connection, pinned: what is sent goes to one session, in order. Sending again before the answer has come
 * pipelines. When the session is gone, everything fails; nothing is silently sent to a new one.
 */
export interface Db extends AsyncDisposable {
  readonly target: Target;
  readonly facts: ServerFacts;
  /** One statement with bound parameters. What its rows look like is known to the .sql text and its reader. */
  query<T extends object = Row>(text: string, parameters?: readonly Parameter[]): Promise<readonly T[]>;
  /** One statement with bound parameters that changes rows: how many. */
  execute(text: string, parameters?: readonly Parameter[]): Promise<number>;
  /** The same as `query`, with its columns described and its values as the server writes them. */
  queryText(text: string, parameters?: readonly Parameter[]): Promise<TextResult>;
  /** Has one statement parsed and described; nothing runs. */
  describe(text: string): Promise<StatementDescription>;
  /** One or several statements as they stand, by the simple protocol; the answer is the last one's. */
  send(text: string): Promise<Answer>;
  /** Runs `COPY … FROM STDIN` with the pieces of its text; gives the number of rows. Nothing else may be under way. */
  copyFrom(text: string, pieces: Iterable<Uint8Array>): Promise<number>;
  /** Asks the server to cancel what this session runs now. Resolves when the server has passed the request on. */
  cancel(): Promise<void>;
  /** Work that loses nothing when it ends in the middle: what runs is cancelled soon after the signal of the options. */
  question<T>(work: () => Promise<T>): Promise<T>;
  /** Ends the transaction undone; where there is none, without a word. */
  rollback(): Promise<void>;
  /** What the server said when it ended the session, if it said something. */
  readonly lastWords: string | undefined;
  /** False once the session is gone. */
  readonly isAlive: boolean;
  close(): Promise<void>;
}

/**
 * Types whose parameters go to the server as they stand. The driver would send a time through a Date, which knows no
 * microseconds, write a JSON text as a JSON string and bytes as the bytes of their text. What comes back is read as the
 * driver reads it.
 */
const asTheyStand = {
  time: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: (text: string) => new Date(text) },
  json: { to: 114, from: [114, 3802], serialize: String, parse: (text: string): unknown => JSON.parse(text) },
  bytea: {
    to: 17,
    from: [17],
    serialize: String,
    parse: (text: string) => Buffer.from(text.slice(2), "hex"),
  },
};

/** Connects and waits until the server has accepted the login. */
export async function connect(target: Target, options: ConnectOptions): Promise<Db> {
  const timeoutMs =
    target.connectTimeout === undefined ? options.connectTimeoutMs : target.connectTimeout * 1000;
  let state: "new" | "starting" | "ready" | "gone" = "new";
  let session: Socket | undefined;
  let copy: Copy | undefined;
  let isRollingBack = false;
  let lastWords = (): string | undefined => undefined;
  /** Ends the wait of each query that has no answer yet. */
  const unanswered = new Set<() => void>();
  const opening = openSocket(target, timeoutMs, options.signal).then((socket) => (session = socket));
  opening.catch(() => {}); // told by the driver, which waits for it too
  // The socket sets out on the next tick. While the driver loads, the server makes its process.
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const driverOptions = {
    host: target.host,
    port: target.port,
    username: target.user,
    database: target.database,
    ...(target.password === undefined ? {} : { password: target.password }),
    ssl: false,
    max: 1,
    fetch_types: false,
    prepare: options.preparesQueries === true,
    types: asTheyStand,
    no_subscribe: true,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 0, // the deadline below covers the login too
    backoff: false,
    connection: {
      application_name: options.applicationName,
      ...(target.options === undefined ? {} : { options: target.options }),
    },
    onnotice: (notice: Postgres.Notice) => {
      if (isRollingBack && notice["code"] === noTransaction) return;
      options.onNotice?.({ severity: notice["severity"] ?? "NOTICE", message: notice["message"] ?? "" });
    },
    onclose: () => {
      state = "gone";
      // The driver answers what it has sent. What it had not sent yet it would keep for ever.
      setImmediate(() => {
        for (const abandon of unanswered) abandon();
      });
    },
    socket: async (): Promise<Socket> => {
      // The driver would connect again by itself after a loss, and send what is queued to a session that knows
      // nothing of our transaction. One socket for the session is all there is.
      if (state !== "new") throw systemError("CONNECTION_CLOSED", "the server closed the connection");
      state = "starting";
      const socket = await opening;
      // The driver would wait for an end that has been already.
      if (socket.destroyed) throw systemError("CONNECTION_CLOSED", "the server closed the connection");
      lastWords = listenForLastWords(socket);
      if (options.keepsProcess === false) socket.unref();
      return socket;
    },
  };
  const sql = loadDriver()(driverOptions);

  async function run<T>(query: Promise<T>, text: string): Promise<T> {
    options.echo?.(text);
    try {
      return await new Promise<T>((resolve, reject) => {
        const abandon = (): void => reject(sessionGone());
        unanswered.add(abandon);
        query.finally(() => unanswered.delete(abandon)).then(resolve, reject);
      });
    } catch (error) {
      if (isConnectionLoss(error)) state = "gone";
      throw error;
    }
  }

  const requireSession = (): void => {
    if (copy !== undefined)
      throw new Error("the session takes rows; nothing else can be asked of it until they are in");
    if (state !== "ready") throw sessionGone();
  };
  const close = async (): Promise<void> => {
    // What is under way may end; to a session that is gone nobody says goodbye.
    const timeout = state === "ready" ? 2 : 0;
    const isAtOnce = options.closesAtOnce === true && state === "ready";
    state = "gone";
    if (!isAtOnce) return sql.end({ timeout });
    session?.unref();
    // Never answered: the process ends meanwhile, or the server closes its side.
    void sql.end();
    return undefined;
  };
  let login: Login;
  try {
    login = await withDeadline(readFacts(sql), timeoutMs, options.signal);
    state = "ready";
  } catch (error) {
    // To a server that has gone silent nobody says goodbye: that would wait for an answer once more.
    session?.destroy();
    await close();
    throw connectFailure(error, target, session !== undefined);
  }
  const turns = takeTurns(login.facts.isPooled);
  const asPrepared =
    options.preparesQueries === true && !login.facts.isPooled ? { prepare: true, simple: false } : {};
  // Each question listens until it is answered, and any number may be asked at once: more than ten are no leak.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const question = async <T>(work: () => Promise<T>): Promise<T> => cancelledLate(db, options.signal, work);
  const ask = async <T>(start: () => Promise<T>): Promise<T> => {
    requireSession();
    return question(() =>
      turns.alone(async () => {
        requireSession();
        return start();
      }),
    );
  };
  const send = async (text: string): Promise<Answer> => {
    requireSession();
    const result = await turns.whole(async () => {
      requireSession();
      return run(sql.unsafe(text).simple(), text);
    });
    const last: unknown = result.at(-1);
    const { command, count } = isAnswer(last) ? last : result;
    return { rows: [...(isAnswer(last) ? last : result)], command, count };
  };
  const db: Db = {
    target,
    facts: login.facts,
    query: async <T extends object = Row>(text: string, values: readonly Parameter[] = []) => [
      ...(await ask(() => run(sql.unsafe<T[]>(text, [...values], asPrepared), text))),
    ],
    execute: async (text, values = []) => {
      requireSession();
      return turns.alone(async () => {
        requireSession();
        return (await run(sql.unsafe(text, [...values]), text)).count;
      });
    },
    queryText: async (text, values = []) => {
      const result = await ask(() => run(sql.unsafe(text, [...values]).raw(), text));
      return { columns: describeColumns(result.columns), rows: result.map(textOf) };
    },
    describe: async (text) => {
      const { types, columns } = await ask(() => run(sql.unsafe(text).describe(), text));
      return { parameterOids: types, columns: describeColumns(columns) };
    },
    send,
    copyFrom: async (text, pieces) => {
      requireSession();
      if (session === undefined) throw new Error("the session has no socket");
      copy = startCopy(session, text, pieces);
      try {
        return await run(copy.rows, text);
      } finally {
        copy = undefined;
      }
    },
    cancel: async () => {
      copy?.giveUp();
      await requestCancel(target, login.key);
    },
    question,
    rollback: async () => {
      isRollingBack = true;
      try {
        await send("ROLLBACK");
      } finally {
        isRollingBack = false;
      }
    },
    get lastWords() {
      return lastWords();
    },
    get isAlive() {
      return state === "ready";
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return db;
}

/** SQLSTATE of the warning that there is no transaction in progress. */
const noTransaction = "25P01";
