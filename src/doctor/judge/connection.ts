import { newestMajor } from "../../dev/model.ts";
import { formatDuration } from "../../kernel/duration.ts";
import type { Attempt, ClockReading, Finding, ServerState, Trouble } from "../model.ts";

/** More than this between the two clocks makes times that people compare misleading. */
const mostSkewMs = 1000;

/** How connecting went, by the url or (`isDirect`) around the pooler. */
export function judgeAttempt(attempt: Attempt, isDirect = false): Finding[] {
  const check = isDirect ? "direct-connection" : "connection";
  switch (attempt.kind) {
    case "unnamed":
      return [
        {
          check,
          status: "warning",
          message: "No database is named, so nothing that needs one was checked.",
          hint: "veza-db doctor --url postgresql://user@host:5432/database, or --embedded",
        },
      ];
    case "failed":
      return [{ check, status: "problem", ...wordsOf(attempt.trouble) }];
    case "made":
      return [
        {
          check,
          status: "ok",
          message: `${attempt.place} answers; connecting took ${formatDuration(attempt.tookMs)}.`,
        },
        ...(isDirect ? directPooler(attempt.isPooled) : [judgeVersion(attempt.version, attempt.major)]),
      ];
  }
}

function judgeVersion(version: string, major: number): Finding {
  if (major <= newestMajor)
    return { check: "server-version", status: "ok", message: `PostgreSQL ${version}` };
  return {
    check: "server-version",
    status: "warning",
    message: `PostgreSQL ${version} is newer than ${newestMajor}, the newest that this veza-db was tested with.`,
    hint: "npm install veza-db@latest",
  };
}

function directPooler(isPooled: boolean): Finding[] {
  if (!isPooled) return [];
  const message =
    "The direct url leads to a pooler too; migrations and backups need a session of the server's own.";
  return [
    {
      check: "direct-connection",
      status: "problem",
      message,
      hint: "Name the server itself: --direct-url <dsn> or DIRECT_DATABASE_URL",
    },
  ];
}

/** A pooler between us and the server, and whether a way around it is named. */
export function judgePooler(isPooled: boolean, hasDirectUrl: boolean): Finding {
  if (!isPooled) return { check: "pooler", status: "ok", message: "No pooler stands between." };
  if (hasDirectUrl)
    return {
      check: "pooler",
      status: "ok",
      message: "A pooler stands between; the direct url leads around it.",
    };
  return {
    check: "pooler",
    status: "warning",
    message: "A pooler stands between; migrations, backups and locks need a session of the server's own.",
    hint: "Name the server behind it: --direct-url <dsn> or DIRECT_DATABASE_URL",
  };
}

/** Whether what is sent can be read on the way. */
export function judgeEncryption(state: ServerState, isLocal: boolean): Finding {
  if (state.isEncrypted) return { check: "tls", status: "ok", message: "The connection is encrypted." };
  if (isLocal) return { check: "tls", status: "ok", message: "The connection does not leave this machine." };
  const message = "The connection crosses the network in plain text.";
  return {
    check: "tls",
    status: "warning",
    message,
    hint: "Add sslmode=verify-full (or require) to the connection string.",
  };
}

/** The difference between the clocks; what the round trip alone can explain is not counted. */
export function judgeClock({ serverMs, sentMs, receivedMs }: ClockReading): Finding {
  const difference = serverMs - (sentMs + receivedMs) / 2;
  const sure = Math.abs(difference) - (receivedMs - sentMs) / 2;
  if (sure <= mostSkewMs)
    return { check: "clock", status: "ok", message: "The server's clock agrees with this machine's." };
  const words = `${formatDuration(Math.abs(difference))} ${difference > 0 ? "ahead of" : "behind"}`;
  return {
    check: "clock",
    status: "warning",
    message: `The server's clock is ${words} this machine's.`,
    hint: "timedatectl set-ntp true, on the machine whose clock is wrong",
  };
}

/** Message, detail and hint of an error as one finding has them. */
export function wordsOf({ message, detail, hint }: Trouble): Pick<Finding, "message" | "hint"> {
  const whole = [message, ...(detail?.split("\n") ?? [])].join(" ");
  return hint === undefined ? { message: whole } : { message: whole, hint };
}
