import { setTimeout as sleep } from "node:timers/promises";
import { VezaError, usageError } from "../kernel/error.ts";
import { describeOrigin } from "../settings/model.ts";
import type { Settings } from "../settings/model.ts";
import { connect } from "../postgres/connect.ts";
import type { Db, Notice } from "../postgres/connect.ts";
import { namesDatabase, resolveTarget } from "../postgres/resolve-target.ts";
import type { TargetLookup } from "../postgres/resolve-target.ts";
import { requireSupported } from "../postgres/supported.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import type { ConnectWish } from "./command.ts";
import { embeddedServer } from "./embedded.ts";

export interface ConnectionRequest {
  readonly settings: Settings;
  readonly isEmbedded: boolean;
  readonly applicationName: string;
  readonly wish: ConnectWish;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
  readonly onNotice: (notice: Notice) => void;
  readonly onProgress: (line: string) => void;
  readonly echo: ((sql: string) => void) | undefined;
}

/** True when the call or the settings name the tool's own server. */
export function wantsEmbedded(settings: Settings, hasFlag: boolean): boolean {
  const { url } = settings.values;
  if (hasFlag && settings.origins.url.kind === "flag" && url !== "embedded:") {
    throw usageError(
      "cli.two-databases",
      "--embedded and --url name two databases.",
      "Leave one of them out.",
    );
  }
  return hasFlag || url === "embedded:";
}

/** Where the command's connection goes. Never falls back to the embedded server by itself. */
export function findTarget(settings: Settings, wish: ConnectWish): TargetLookup {
  const { url, directUrl } = settings.values;
  if (wish.via === "direct" && directUrl !== undefined) {
    return resolveTarget(directUrl, describeOrigin(settings.origins.directUrl), settings.env);
  }
  if (url !== undefined) return resolveTarget(url, describeOrigin(settings.origins.url), settings.env);
  if (namesDatabase(settings.env))
    return resolveTarget(undefined, "the PG* environment variables", settings.env);
  throw usageError(
    "connection.not-named",
    "No database is named.",
    "Name one, or add --embedded: veza-db migrate --embedded",
    [
      "Name one in one of three ways:",
      "  1. --url postgresql://user@host:5432/database",
      "  2. VEZA_DB_URL or DATABASE_URL, in the environment or in .env",
      "  3. libpq's own PGHOST, PGPORT, PGUSER, PGDATABASE or PGSERVICE",
      "For a try, --embedded uses a server of the tool's own.",
    ].join("\n"),
  );
}

/** Connects as the request says, starting the embedded server where it is wanted, and refuses servers too old. */
export async function openConnection(request: ConnectionRequest): Promise<Db> {
  return requireSupported(await connectPatiently(await targetOf(request), request));
}

/** Where a request goes. */
export async function targetOf(request: ConnectionRequest): Promise<Target> {
  const { settings, wish } = request;
  const { target, warnings } = request.isEmbedded
    ? await embeddedTarget(request)
    : findTarget(settings, wish);
  for (const warning of warnings) request.onWarning(warning);
  return wish.database === undefined ? target : { ...target, database: wish.database };
}

/** Connects; under --wait, tries again while the server is still starting or nobody listens yet. */
async function connectPatiently(target: Target, request: ConnectionRequest): Promise<Db> {
  const { connectTimeout, wait } = request.settings.values;
  const deadline = performance.now() + wait;
  for (let attempt = 0; ; attempt++) {
    try {
      return await connect(target, {
        applicationName: request.applicationName,
        connectTimeoutMs: connectTimeout,
        echo: request.echo,
        onNotice: request.onNotice,
        closesAtOnce: true,
        signal: request.signal,
      });
    } catch (error) {
      const isStarting =
        error instanceof VezaError &&
        (error.code === "connection.unreachable" || error.facts["sqlstate"] === "57P03");
      const left = deadline - performance.now();
      if (!isStarting || left <= 0) throw error;
      if (attempt === 0) request.onProgress(`Waiting for the server of ${describeTarget(target)} …`);
      await sleep(Math.min(left, 250), undefined, { signal: request.signal });
    }
  }
}

async function embeddedTarget(request: ConnectionRequest): Promise<TargetLookup> {
  const { ensureServer } = await import("../dev/server.ts");
  const options = embeddedServer({ ...request, report: { line: request.onProgress } });
  const server = await ensureServer(options);
  return resolveTarget(server.url, "the embedded server", {});
}
