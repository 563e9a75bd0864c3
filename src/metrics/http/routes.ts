import type { IncomingMessage } from "node:http";
import { escapeMarkup } from "../../kernel/markup.ts";
import { page, plain } from "./server.ts";
import type { Reply, Route } from "./server.ts";

export interface Pages {
  /** e.g. `veza-db metrics: PostgreSQL` */
  readonly title: string;
  readonly page: (deadlineMs: number) => Promise<Buffer>;
  /** The targets that may be probed, by what they may be called. */
  readonly probes: ReadonlyMap<string, (deadlineMs: number) => Promise<Buffer>>;
  /** How a target is called that is asked for by its url. */
  readonly probeName: (target: string) => string;
  readonly deadlineMs: number;
}

/** The paths of one exporter. */
export function routesOf(pages: Pages): Readonly<Record<string, Route>> {
  return {
    "/metrics": async (_url, request) => page(await pages.page(deadlineOf(request, pages.deadlineMs))),
    "/probe": async (url, request) => probe(url, request, pages),
    // Of this process alone: a server that is down is no reason to start the exporter anew.
    "/healthz": () => plain(200, "ok\n"),
    "/": () => ({ status: 200, type: "text/html; charset=utf-8", body: landing(pages) }),
  };
}

async function probe(url: URL, request: IncomingMessage, pages: Pages): Promise<Reply> {
  const target = url.searchParams.get("target");
  if (target === null || target === "")
    return plain(400, "Say which: /probe?target=<host>:<port>/<database>\n");
  const known = pages.probes.get(pages.probeName(target));
  if (known === undefined) {
    return plain(403, "This target was not named with --target when the exporter was started.\n");
  }
  return page(await known(deadlineOf(request, pages.deadlineMs)));
}

/** Prometheus says how long it waits: we answer a little earlier, with what there is by then. */
export function deadlineOf({ headers }: Pick<IncomingMessage, "headers">, mostMs: number): number {
  const said = Number(headers["x-prometheus-scrape-timeout-seconds"]);
  if (!Number.isFinite(said) || said <= 0) return mostMs;
  const askedMs = said * 1000;
  return Math.max(100, Math.min(mostMs, askedMs - Math.min(1500, askedMs / 4)));
}

function landing({ title, probes }: Pages): string {
  const links = [
    "/metrics",
    "/healthz",
    ...[...probes.keys()].map((name) => `/probe?target=${encodeURIComponent(name)}`),
  ];
  const items = links
    .map((link) => `<li><a href="${escapeMarkup(link)}">${escapeMarkup(link)}</a></li>`)
    .join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeMarkup(title)}</title></head><body><h1>${escapeMarkup(title)}</h1><ul>${items}</ul></body></html>\n`;
}
