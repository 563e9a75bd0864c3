import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { VezaError, messageOf } from "../../kernel/error.ts";
import { contentType } from "../../kernel/exposition.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { WebAccess } from "./web-access.ts";

/** What one request is answered with. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

/** Answers one path; `url` has the query. */
export type Route = (url: URL, request: IncomingMessage) => Promise<Reply> | Reply;

export interface MetricsServer {
  /** `http://127.0.0.1:9187` */
  readonly url: string;
  /** Takes nothing new, answers what is under way, and at last lets go of who is still there. */
  readonly drain: (withinMs: number) => Promise<void>;
}

/** More than any monitoring asks with at once; beyond that connections are refused. */
const mostConnections = 256;
const compressFromBytes = 4096;
/** How soon a new certificate is taken up. */
const certificateMs = 10_000;

const compress = promisify(gzip);

/** Told why something could not be answered, and with undefined that it can be again. */
export type TellFailure = (subject: string, problem: string | undefined) => void;

/** Listens. Throws `metrics.cannot-listen`. */
export async function startServer(
  address: ListenAddress,
  routes: Readonly<Record<string, Route>>,
  access: WebAccess | undefined,
  tell: TellFailure,
): Promise<MetricsServer> {
  const listener: RequestListener = (request, response) => {
    answer(request, routes, access, tell)
      .then(async (reply) => send(request, response, reply, access?.headers ?? {}))
      .catch(() => response.destroy());
  };
  const { server, stopRenewing } = makeServer(listener, access);
  server.maxConnections = mostConnections;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await listen(server, address);
  return {
    url: `${access?.tls === undefined ? "http" : "https"}://${shownAddress(server, address)}`,
    drain: async (withinMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), withinMs);
      await closed;
      clearTimeout(late);
      stopRenewing();
    },
  };
}

function makeServer(
  listener: RequestListener,
  access: WebAccess | undefined,
): { readonly server: Server; readonly stopRenewing: () => void } {
  const tls = access?.tls;
  if (access === undefined || tls === undefined)
    return { server: createServer(listener), stopRenewing: () => {} };
  const server = createTlsServer(tls(), listener);
  let version = access.tlsVersion();
  const renewing = setInterval(() => {
    const now = access.tlsVersion();
    if (now === version) return;
    try {
      server.setSecureContext(tls());
      version = now;
    } catch (error) {
      // Half written still: the next look finds it whole, and until then the old one serves.
      if (!(error instanceof Error)) throw error;
    }
  }, certificateMs).unref();
  return { server, stopRenewing: () => clearInterval(renewing) };
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(
        { port: address.port, ...(address.host === undefined ? {} : { host: address.host }) },
        () => {
          server.removeListener("error", reject);
          resolve();
        },
      );
    });
  } catch (error) {
    throw new VezaError({
      code: "metrics.cannot-listen",
      ending: "environment",
      message: `Cannot listen on ${address.host ?? ""}:${address.port}: ${messageOf(error)}.`,
      hint: "Name another address with --listen 127.0.0.1:<port> or --redis-listen 127.0.0.1:<port>.",
      cause: error,
    });
  }
}

function shownAddress(server: Server, { host }: ListenAddress): string {
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const shown = host ?? "localhost";
  return `${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

const answering = "answering";

async function answer(
  request: IncomingMessage,
  routes: Readonly<Record<string, Route>>,
  access: WebAccess | undefined,
  tell: TellFailure,
): Promise<Reply> {
  try {
    if (request.method !== "GET" && request.method !== "HEAD")
      return plain(405, "Only GET is answered here.\n");
    // Put together, not resolved: `//host/path` would be another host's path.
    const url = new URL(`http://localhost${request.url ?? "/"}`);
    if (access !== undefined && !(await access.allows(request.headers.authorization))) {
      tell(answering, undefined);
      return plain(401, "Unauthorized\n");
    }
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    const reply =
      route === undefined
        ? plain(404, "There is nothing here; / lists what there is.\n")
        : await route(url, request);
    tell(answering, undefined);
    return reply;
  } catch (error) {
    if (error instanceof TypeError && "code" in error && error.code === "ERR_INVALID_URL")
      return plain(400, "Bad request\n");
    // Whoever asks may be anybody: the reason may name files, and is for who runs the exporter.
    tell(answering, messageOf(error));
    return plain(500, "This cannot be answered now; what the exporter says on stderr tells why.\n");
  }
}

export function plain(status: number, body: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body };
}

/** Always the text format, whatever was asked for: in OpenMetrics counters are renamed, and dashboards break. */
export function page(body: Buffer): Reply {
  return { status: 200, type: contentType, body };
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body }: Reply,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const wantsGzip = /(^|[\s,])gzip\s*(,|$|;(?!\s*q=0(\.0*)?\s*(,|$)))/.test(
    request.headers["accept-encoding"] ?? "",
  );
  const isCompressed = wantsGzip && bytes.length >= compressFromBytes;
  const content = isCompressed ? await compress(bytes, { level: constants.Z_BEST_SPEED }) : bytes;
  response.writeHead(status, {
    "content-type": type,
    "content-length": content.length,
    vary: "accept-encoding",
    "x-content-type-options": "nosniff",
    ...headers,
    ...(isCompressed ? { "content-encoding": "gzip" } : {}),
    ...(status === 401 ? { "www-authenticate": 'Basic realm="veza-db"' } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : content);
}
