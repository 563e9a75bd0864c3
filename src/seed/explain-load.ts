import { VezaError } from "../kernel/error.ts";
import { endingOf, isConnectionLoss, serverErrorOf } from "../postgres/failure.ts";
import type { ServerError } from "../postgres/failure.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import type { SeedFile } from "./model.ts";

/** How far a run has come, so that a failure can say what it was about. */
export interface Step {
  at: "begin" | "prepare" | "load" | "commit";
  /** The file whose table is being filled. */
  file: SeedFile | undefined;
}

const unchanged = "Rolled back; the database is unchanged.";

/** The error of a run that did not come to its end, with the one line that says what is left. */
export function explainLoad(
  error: unknown,
  step: Step,
  target: Target,
  signal: AbortSignal,
  isRolledBack: boolean,
): unknown {
  const state = isRolledBack
    ? unchanged
    : `The connection went while the run was being committed: the rows are all there, or none of them is. veza-db seed says which: it refuses tables with rows.`;
  if (signal.aborted) {
    return new VezaError({
      code: "cli.interrupted",
      ending: "interrupted",
      message: "Stopped.",
      state,
      cause: error,
    });
  }
  if (error instanceof VezaError)
    return error.with({ state: error.ending === "refused" ? "Nothing was changed." : state });
  const server = serverErrorOf(error);
  if (server !== undefined) return explainServer(server, step, target, state, error);
  if (!isConnectionLoss(error)) return error;
  return new VezaError({
    code: "connection.lost",
    ending: "failed",
    message: `The connection to the server was lost while ${doing(step)}.`,
    hint: "Run the command again when the server is back.",
    state,
    cause: error,
  });
}

function explainServer(
  server: ServerError,
  step: Step,
  target: Target,
  state: string,
  cause: unknown,
): VezaError {
  const { sqlstate } = server;
  const facts = { sqlstate, table: step.file?.table, file: step.file?.shownPath };
  const detail = [server.detail, shortened(server.where), `SQLSTATE ${sqlstate}`]
    .filter((line) => line !== undefined)
    .join("\n");
  const common = { detail, state, facts, cause };
  if (sqlstate === "55P03") {
    return new VezaError({
      ...common,
      code: "seed.locked",
      ending: "refused",
      message: `Another session holds a lock on the tables: ${server.message}.`,
      hint: "Wait until it is done, or wait longer with --lock-timeout 1min.",
      state: "Nothing was changed.",
    });
  }
  if (sqlstate === "42501") {
    return new VezaError({
      ...common,
      code: "seed.privilege-missing",
      ending: "environment",
      message: `The role "${target.user}" lacks a privilege for ${doing(step)}: ${server.message}.`,
      hint: server.hint ?? "Connect as the owner of the tables, or have the owner GRANT what is missing.",
    });
  }
  if (sqlstate === "53100") {
    return new VezaError({
      ...common,
      code: "seed.disk-full",
      ending: "environment",
      message: `The disk of the server is full, while ${doing(step)}: ${server.message}.`,
      hint: "Make room, or ask for fewer rows with a smaller --scale.",
    });
  }
  return new VezaError({
    ...common,
    code: "seed.failed",
    ending: endingOf(sqlstate),
    message: `${step.file === undefined ? describeTarget(target) : pathOf(step.file)}: ${server.message}, while ${doing(step)}.`,
    hint: server.hint ?? hintFor(sqlstate, server.message, step.file),
  });
}

function doing({ at, file }: Step): string {
  const table = file?.table ?? "the tables";
  switch (at) {
    case "begin":
      return "beginning the transaction";
    case "prepare":
      return `preparing ${table}`;
    case "load":
      return file === undefined ? "gathering statistics" : `filling ${table}`;
    case "commit":
      return "committing";
  }
}

function pathOf(file: SeedFile): string {
  return file.kind === "derived" ? file.sqlPath : file.shownPath;
}

function hintFor(sqlstate: string, message: string, file: SeedFile | undefined): string | undefined {
  if (file === undefined) return undefined;
  if (message.startsWith("no partition of relation")) {
    return "Make its partitions first, or name a function that makes them in monthsBy of the seed file.";
  }
  if (sqlstate === "42883")
    return `Mend monthsBy in ${file.shownPath}: a function (regclass, date, integer) of the database.`;
  return `Mend ${pathOf(file)}; docs/seeds.md describes the format.`;
}

/** Where a COPY stopped, without the whole of a long line. */
function shortened(where: string | undefined): string | undefined {
  return where !== undefined && where.length > 300 ? `${where.slice(0, 300)} …` : where;
}
