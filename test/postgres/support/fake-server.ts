/** A server that speaks just enough of PostgreSQL's protocol to go wrong at a chosen moment. */
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What it does with each connection; whatever is not given is done as a real server would. */
export interface Script {
  /** What it answers to a request for TLS; `S` without a handshake behind it is a lie. */
  readonly tls?: "N" | "S" | "E" | "H" | "silence" | "hang-up";
  /** What it does when the client has said who it is. */
  readonly startup?:
    | "accept"
    | "silence"
    | "hang-up"
    | "hang-up-after-login"
    | { readonly sqlstate: string; readonly message: string };
  /** The process id that the protocol names, and the one that pg_backend_pid() gives: two under a pooler. */
  readonly pids?: readonly [named: number, answered: number];
  readonly version?: string;
}

export interface FakeServer extends AsyncDisposable {
  readonly port: number;
  /** How often somebody connected. */
  readonly connections: () => number;
  /** The parameters of each startup message: user, database, application_name, … */
  readonly startups: Readonly<Record<string, string>>[];
  /** Resolves as soon as somebody has connected. */
  whenConnected(): Promise<void>;
}

const sslRequestCode = 80_877_103;

export async function fakeServer(script: Script = {}): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const startups: Readonly<Record<string, string>>[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket, script, startups);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fake server has no port");
  return {
    port: address.port,
    connections: () => connections,
    startups,
    whenConnected: async () => {
      while (connections === 0) await pause(5);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function serve(socket: Socket, script: Script, startups: Readonly<Record<string, string>>[]): void {
  let buffered = Buffer.alloc(0);
  let isStarted = false;
  let answers = 0;
  socket.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const head = isStarted ? 1 : 0;
      if (buffered.length < head + 4) return;
      const length = head + buffered.readInt32BE(head);
      if (buffered.length < length) return;
      const received = buffered.subarray(0, length);
      buffered = buffered.subarray(length);
      if (isStarted) {
        answerMessage(socket, script, received, answers++ === 0);
      } else if (received.readInt32BE(4) === sslRequestCode) {
        answerTls(socket, script);
      } else {
        isStarted = true;
        startups.push(parametersOf(received));
        answerStartup(socket, script);
      }
    }
  });
}

function answerTls(socket: Socket, { tls = "N" }: Script): void {
  if (tls === "hang-up") socket.destroy();
  else if (tls !== "silence") socket.write(tls);
}

function answerStartup(
  socket: Socket,
  { startup = "accept", pids = [1, 1], version = "17.0" }: Script,
): void {
  if (startup === "silence") return;
  if (startup === "hang-up") return void socket.destroy();
  if (typeof startup === "object") return void socket.end(errorResponse(startup.sqlstate, startup.message));
  const key = Buffer.alloc(8);
  key.writeInt32BE(pids[0], 0);
  socket.write(
    Buffer.concat([
      message("R", int32(0)),
      message("S", text("server_version", version)),
      message("S", text("client_encoding", "UTF8")),
      message("S", text("in_hot_standby", "off")),
      message("K", key),
      ...(startup === "accept" ? [ready] : []),
    ]),
  );
  if (startup === "hang-up-after-login") socket.end();
}

/** The first query, which every connection sends, is answered with a process id; everything else with an error. */
function answerMessage(socket: Socket, { pids = [1, 1] }: Script, received: Buffer, isFirst: boolean): void {
  const type = String.fromCharCode(received[0] ?? 0);
  if (type === "Q" && isFirst) {
    const value = Buffer.from(String(pids[1]));
    const description = Buffer.concat([
      int16(1),
      Buffer.from("pid\0"),
      int32(0),
      int16(0),
      int32(23),
      int16(4),
      int32(-1),
      int16(0),
    ]);
    const row = Buffer.concat([int16(1), int32(value.length), value]);
    socket.write(
      Buffer.concat([message("T", description), message("D", row), message("C", text("SELECT 1")), ready]),
    );
    return;
  }
  if (type === "Q") socket.write(Buffer.concat([notSupported, ready]));
  if (type === "P") socket.write(notSupported);
  if (type === "S") socket.write(ready);
}

export function errorResponse(sqlstate: string, words: string): Buffer {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${sqlstate}\0M${words}\0\0`));
}

const ready = message("Z", Buffer.from("I"));
const notSupported = message("E", Buffer.from("SERROR\0VERROR\0C0A000\0Mthis is no real server\0\0"));

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text(...words: readonly string[]): Buffer {
  return Buffer.from(words.map((word) => `${word}\0`).join(""));
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function parametersOf(startup: Buffer): Record<string, string> {
  const words = startup.toString("utf8", 8).split("\0");
  const parameters: Record<string, string> = {};
  for (let index = 0; words[index] !== ""; index += 2)
    parameters[words[index] ?? ""] = words[index + 1] ?? "";
  return parameters;
}
