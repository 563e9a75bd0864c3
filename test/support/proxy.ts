/**
 * A proxy between a client and a PostgreSQL server that knows where messages begin and end. It can add latency, count
 * round trips, and cut or hold a connection at any message.
 */
import { createServer, connect, type AddressInfo, type Socket } from "node:net";

export interface ProxyMessage {
  readonly from: "client" | "server";
  /** `Q`, `P`, `C`, `Z` …; `startup`, `ssl` and `cancel` for what comes before the login, `ssl-answer` for its answer. */
  readonly type: string;
  /** What follows type and length. */
  readonly body: Buffer;
  /** Which connection through this proxy, from 1. */
  readonly connection: number;
  /** Which message of its side of this connection, from 1; the login counts too. */
  readonly number: number;
}

/** `pass` it on; `cut` the connection instead of passing it on; `hold` it, and all that follows on its side, for ever. */
export type Verdict = "pass" | "cut" | "hold";

export interface ProxyOptions {
  /** Of the server behind. */
  readonly host: string;
  readonly port: number;
  /** Added each way. */
  readonly latencyMs?: number;
  /** Asked of every message before it is passed on. */
  readonly onMessage?: (message: ProxyMessage) => Verdict;
}

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** The same url, through the proxy. */
  through(url: string): string;
  /** How often a client began to send after it had been sent something: its round trips, the login's included. */
  readonly roundTrips: number;
  readonly connections: number;
  /** No new connection from now on; or again. */
  refuse(isRefusing: boolean): void;
  /** Ends every connection, both sides at once. */
  cutAll(): void;
}

/** Listens on a free port of the loopback. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const links = new Set<{ cut(): void }>();
  let connections = 0;
  let roundTrips = 0;
  let isRefusing = false;
  const server = createServer((client) => {
    if (isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const link = openLink(client, ++connections, options, () => roundTrips++);
    links.add(link);
    client.once("close", () => links.delete(link));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  const { port } = addressOf(server.address());
  const cutAll = (): void => {
    for (const link of links) link.cut();
  };
  return {
    port,
    through: (url) => {
      const moved = new URL(url);
      moved.host = `127.0.0.1:${port}`;
      return moved.href;
    },
    get roundTrips() {
      return roundTrips;
    },
    get connections() {
      return connections;
    },
    refuse: (wish) => {
      isRefusing = wish;
    },
    cutAll,
    [Symbol.asyncDispose]: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A proxy in front of the server of a url. */
export async function proxyTo(
  url: string,
  options: Omit<ProxyOptions, "host" | "port"> = {},
): Promise<Proxy> {
  const { hostname, port } = new URL(url);
  return startProxy({ host: hostname, port: Number(port === "" ? 5432 : port), ...options });
}

function openLink(
  client: Socket,
  connection: number,
  { host, port, latencyMs = 0, onMessage = () => "pass" }: ProxyOptions,
  onRoundTrip: () => void,
): { cut(): void } {
  const server = connect({ host, port });
  let lastSpoke: "client" | "server" = "server";
  client.setNoDelay(true);
  server.setNoDelay(true);
  const cut = (): void => {
    client.destroy();
    server.destroy();
  };
  const later = (work: () => void): void => {
    if (latencyMs === 0) work();
    else setTimeout(work, latencyMs);
  };
  const relay = (from: "client" | "server", source: Socket, sink: Socket): void => {
    const framing = from === "client" ? new ClientFraming() : new ServerFraming();
    let count = 0;
    let isHeld = false;
    source.on("data", (chunk: Buffer) => {
      if (from === "client" && lastSpoke === "server") onRoundTrip();
      if (from === "client") lastSpoke = "client";
      const passed: Buffer[] = [];
      for (const { type, raw, body } of framing.take(chunk)) {
        const verdict = isHeld ? "hold" : onMessage({ from, type, body, connection, number: ++count });
        if (verdict === "cut") {
          // What came before has been passed on, as it would be on a real line.
          later(() => {
            if (passed.length > 0 && sink.writable) sink.end(Buffer.concat(passed));
            cutSoon(sink, cut);
          });
          return;
        }
        isHeld = verdict === "hold";
        if (!isHeld) passed.push(raw);
      }
      if (passed.length === 0) return;
      later(() => {
        if (from === "server") lastSpoke = "server";
        if (sink.writable) sink.write(Buffer.concat(passed));
      });
    });
    source.on("end", () => later(() => sink.end()));
    source.on("error", () => later(() => sink.destroy()));
    source.on("close", () => later(() => sink.destroy()));
  };
  relay("client", client, server);
  relay("server", server, client);
  return { cut };
}

/** Gives the last bytes the time to leave. */
function cutSoon(sink: Socket, cut: () => void): void {
  if (sink.writableLength === 0) setImmediate(cut);
  else sink.once("finish", cut);
}

interface Framed {
  readonly type: string;
  readonly raw: Buffer;
  readonly body: Buffer;
}

/** Bytes in, whole messages out. */
abstract class Framing {
  #waiting: Buffer[] = [];
  #length = 0;

  *take(chunk: Buffer): Generator<Framed> {
    this.#waiting.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.least) return;
    let bytes = Buffer.concat(this.#waiting);
    for (let framed = this.cut(bytes); framed !== undefined; framed = this.cut(bytes)) {
      bytes = bytes.subarray(framed.raw.length);
      yield framed;
    }
    this.#waiting = [bytes];
    this.#length = bytes.length;
  }

  /** Fewer bytes cannot hold the next message. */
  protected least = 1;

  protected abstract cut(bytes: Buffer): Framed | undefined;

  /** A message with a type byte and a length. */
  protected typed(bytes: Buffer): Framed | undefined {
    this.least = 5;
    if (bytes.length < 5) return undefined;
    const length = 1 + bytes.readInt32BE(1);
    this.least = length;
    if (bytes.length < length) return undefined;
    this.least = 1;
    return {
      type: bytes.toString("latin1", 0, 1),
      raw: bytes.subarray(0, length),
      body: bytes.subarray(5, length),
    };
  }
}

const sslRequest = 80_877_103;
const cancelRequest = 80_877_102;

class ClientFraming extends Framing {
  #isLoggedIn = false;

  protected cut(bytes: Buffer): Framed | undefined {
    if (this.#isLoggedIn) return this.typed(bytes);
    if (bytes.length < 8 || bytes.length < bytes.readInt32BE(0)) return undefined;
    const length = bytes.readInt32BE(0);
    const code = bytes.readInt32BE(4);
    const type = code === sslRequest ? "ssl" : code === cancelRequest ? "cancel" : "startup";
    this.#isLoggedIn = type === "startup";
    return { type, raw: bytes.subarray(0, length), body: bytes.subarray(8, length) };
  }
}

class ServerFraming extends Framing {
  #isFirst = true;

  protected cut(bytes: Buffer): Framed | undefined {
    const [first] = bytes;
    // The answer to an SSLRequest is a bare letter; everything after it is typed. `N` cannot be a notice here.
    if (this.#isFirst && (first === 78 || first === 83)) {
      this.#isFirst = false;
      return { type: "ssl-answer", raw: bytes.subarray(0, 1), body: bytes.subarray(0, 1) };
    }
    if (first !== undefined) this.#isFirst = false;
    return first === undefined ? undefined : this.typed(bytes);
  }
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address;
}
