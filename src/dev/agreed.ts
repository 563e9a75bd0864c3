/** Whether the version asked for can be had, and is the one that runs. */
import { usageError, VezaError } from "../kernel/error.ts";
import { isSupported, newestMajor, oldestMajor, type EmbeddedServer } from "./model.ts";

/** The server, or a refusal when it is of another version than the one asked for. */
export function agreed(server: EmbeddedServer, pgVersion: number | undefined): EmbeddedServer {
  if (pgVersion === undefined || pgVersion === server.major) return server;
  throw new VezaError({
    code: "dev.other-version-running",
    ending: "refused",
    message: `The embedded server that runs here is PostgreSQL ${server.version}, not ${pgVersion}.`,
    detail: `It listens on 127.0.0.1:${server.port}; its data is in ${server.dataDir}.`,
    hint: "veza-db dev down, then the same command again",
    state: "Nothing was changed.",
    facts: { running: server.version, asked: pgVersion },
  });
}

export function checkVersion(pgVersion: number | undefined): void {
  if (pgVersion === undefined || isSupported(pgVersion)) return;
  throw usageError(
    "dev.unsupported-version",
    `PostgreSQL ${pgVersion} is not supported.`,
    undefined,
    `Supported are the major versions ${oldestMajor} to ${newestMajor}.`,
  );
}
