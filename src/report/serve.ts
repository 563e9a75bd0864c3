/** The page on loopback, made anew while somebody looks at it. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";

export interface Serving {
  /** 0: one that is free. */
  readonly port: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Makes the page; what goes wrong with the server is a page too. */
  readonly read: () => Promise<string>;
  /** Told the address once it is served. */
  readonly listening: (url: string) => void;
}

/** Serves until the signal. The server is read once at the start, then only while a page is open. */
export async function serveReport({ port, everyMs, signal, read, listening }: Serving): Promise<void> {
  let page = await read();
  const watchers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    answer(request, response, page, watchers);
  });
  await listen(server, port);
  const address = server.address();
  const own = typeof address === "object" ? address?.port : undefined;
  try {
    listening(`http://127.0.0.1:${own ?? port}/`);
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || watchers.size === 0) continue;
      page = await read();
      for (const watcher of watchers) watcher.write("event: page\ndata: new\n\n");
    }
  } finally {
    for (const watcher of watchers) watcher.end();
    server.closeAllConnections();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  }
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve());
    });
  } catch (error) {
    if (!isSystemError(error, "EADDRINUSE", "EACCES")) throw error;
    throw new VezaError({
      code: "report.cannot-listen",
      ending: "environment",
      message: `The page cannot be served on port ${port}.`,
      detail: messageOf(error),
      hint: "veza-db report --serve takes one that is free, or name another one with --port.",
      cause: error,
    });
  }
}

function answer(
  { method, url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  page: string,
  watchers: Set<ServerResponse>,
): void {
  // A page elsewhere may have its own name point here: it is not told what stands on this one.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? "")) {
    response.writeHead(421).end();
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const common = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
  };
  if (url === "/events") {
    response.writeHead(200, { ...common, "Content-Type": "text/event-stream" });
    response.write("retry: 2000\n\n");
    watchers.add(response);
    response.once("close", () => watchers.delete(response));
    return;
  }
  if (url !== "/") {
    response.writeHead(404, common).end();
    return;
  }
  response.writeHead(200, { ...common, "Content-Type": "text/html; charset=utf-8" });
  response.end(method === "HEAD" ? undefined : page);
}
