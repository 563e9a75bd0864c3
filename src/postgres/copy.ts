import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** Rows on their way into a table. */
export interface Copy {
  /** How many rows the server took. */
  readonly rows: Promise<number>;
  /** Sends no more rows and has the server drop those it has. While it reads rows it heeds no other request. */
  giveUp(): void;
}

/**
 * Runs a `COPY … FROM STDIN` on a session that has nothing else to do. For its length the messages of the socket belong
 * to it and not to the driver, whose own COPY never ends when the server objects to the last rows, cannot
 * be cancelled, and waits for each piece before the next one is made.
 *
 * A piece is asked for while the one before is still on its way, and written when that one has gone: so the
 * server and the maker of rows work at the same time, and no more than two pieces are in use: the maker may write the
 * third where the first was.
 */
export function startCopy(socket: Socket, text: string, pieces: Iterable<Uint8Array>): Copy {
  const run: Run = { phase: "asked", failure: undefined, rows: 0 };
  const { begun, over } = listen(socket, run);
  const send = async (): Promise<number> => {
    socket.write(messageOf("Q", Buffer.from(`${text}\0`)));
    await begun;
    try {
      await sendPieces(socket, pieces, () => run.phase === "sending" && run.failure === undefined);
    } catch (error) {
      // What made the rows failed: the server forgets those it has, and the session goes on.
      giveUp(socket, run);
      await over.catch(() => {});
      throw error;
    }
    if (run.phase === "sending" && run.failure === undefined) {
      run.phase = "sent";
      socket.write(messageOf("c"));
    }
    return over;
  };
  return { rows: send(), giveUp: () => giveUp(socket, run) };
}

interface Run {
  phase: "asked" | "sending" | "sent" | "over";
  failure: Error | undefined;
  rows: number;
}

interface Answers {
  /** The server waits for rows, or has refused them. */
  readonly begun: Promise<void>;
  readonly over: Promise<number>;
}

/** Hears what the server says until it is ready for something else; then the driver hears it again. */
function listen(socket: Socket, run: Run): Answers {
  const listeners = socket.listeners("data");
  socket.removeAllListeners("data");
  const signs = new EventEmitter();
  const begun = new Promise<void>((resolve) => signs.once("begun", resolve));
  const over = new Promise<number>((resolve, reject) => {
    let rest: Buffer = Buffer.alloc(0);
    const end = (failure: Error | undefined): void => {
      run.phase = "over";
      socket.removeListener("data", hear).removeListener("close", lose);
      for (const listener of listeners) {
        socket.on("data", (data: Buffer) => Reflect.apply(listener, socket, [data]));
      }
      if (failure === undefined) resolve(run.rows);
      else reject(failure);
      signs.emit("begun");
    };
    const lose = (): void =>
      end(Object.assign(new Error("the server closed the connection"), { code: "CONNECTION_CLOSED" }));
    const hear = (data: Buffer): void => {
      rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
      while (rest.length > 4 && rest.length > rest.readUInt32BE(1)) {
        const length = rest.readUInt32BE(1) + 1;
        const received = rest.subarray(0, length);
        rest = rest.subarray(length);
        heed(received, run);
        if (run.phase === "sending") signs.emit("begun");
        if (received[0] === code.readyForQuery) return end(run.failure);
      }
    };
    socket.on("data", hear).once("close", lose);
  });
  // A failure before the first rows is for `begun` to notice; nobody waits for the rest yet.
  over.catch(() => {});
  return { begun, over };
}

const code = { copyIn: 71, complete: 67, error: 69, readyForQuery: 90 } as const;

/** Notices and changed parameters, which may come too, change nothing here. */
function heed(received: Buffer, run: Run): void {
  const [kind] = received;
  if (kind === code.copyIn) run.phase = "sending";
  else if (kind === code.complete)
    run.rows = Number(/^COPY (\d+)/.exec(received.toString("latin1", 5))?.[1] ?? 0);
  else if (kind === code.error) run.failure = serverError(received);
}

/** How long rows may be made and sent without a look at what else happens: signals, answers, what is drawn. */
const turnMs = 20;

async function sendPieces(
  socket: Socket,
  pieces: Iterable<Uint8Array>,
  isWanted: () => boolean,
): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  let turnedAt = performance.now();
  for (const piece of pieces) {
    await before;
    if (performance.now() - turnedAt > turnMs) {
      await turn();
      turnedAt = performance.now();
    }
    if (!isWanted()) return;
    before = write(socket, piece);
  }
  await before;
}

/** Resolves when the piece has left this process; also when the socket is closed, of which others hear. */
function write(socket: Socket, piece: Uint8Array): Promise<void> {
  const header = Buffer.from([100, 0, 0, 0, 0]); // d, CopyData
  header.writeUInt32BE(piece.length + 4, 1);
  return new Promise((resolve) => {
    socket.once("close", resolve);
    socket.cork();
    socket.write(header);
    socket.write(piece, () => {
      socket.removeListener("close", resolve);
      resolve();
    });
    socket.uncork();
  });
}

function giveUp(socket: Socket, run: Run): void {
  if (run.phase !== "sending") return;
  run.phase = "sent";
  socket.write(messageOf("f", Buffer.from("the run was stopped\0")));
}

function messageOf(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** The names that the driver gives to the fields of an error. */
const fields: Readonly<Record<string, string>> = {
  V: "severity",
  C: "code",
  D: "detail",
  H: "hint",
  P: "position",
  q: "internal_query",
  W: "where",
  s: "schema_name",
  t: "table_name",
  c: "column_name",
  n: "constraint_name",
};

function serverError(received: Buffer): Error {
  const found: Record<string, string> = {};
  let text = "";
  for (const part of received.toString("utf8", 5).split("\0")) {
    const name = fields[part.slice(0, 1)];
    if (part.startsWith("M")) text = part.slice(1);
    else if (name !== undefined) found[name] = part.slice(1);
  }
  return Object.assign(new Error(text), { name: "PostgresError" }, found);
}
