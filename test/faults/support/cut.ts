/** A proxy that cuts the first connection at a chosen message and lets every later one through. */
import type { TestDatabase } from "../../support/database.ts";
import { proxyTo, type ProxyMessage } from "../../support/proxy.ts";

export interface CutPlace extends AsyncDisposable {
  /** Of the database, through the proxy. */
  readonly url: string;
  /** What has gone over the first connection. */
  readonly messages: readonly ProxyMessage[];
}

export async function cutAt(
  database: TestDatabase,
  isTheOne: (message: ProxyMessage) => boolean,
): Promise<CutPlace> {
  const messages: ProxyMessage[] = [];
  const proxy = await proxyTo(database.url, {
    onMessage: (message) => {
      if (message.connection !== 1) return "pass";
      messages.push(message);
      return isTheOne(message) ? "cut" : "pass";
    },
  });
  return {
    url: proxy.through(database.url),
    messages,
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
