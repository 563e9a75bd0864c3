import { formatDuration } from "../../kernel/duration.ts";
import type { EmbeddedState, Finding, MigrationsState, OutcomeFact } from "../model.ts";
import { wordsOf } from "./connection.ts";

/** The oldest Node.js that the package names; the launcher refuses older ones before anything runs. */
const oldestNode = [20, 19] as const;

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (!isOld) return { check: "node", status: "ok", message: `Node.js ${version}` };
  return {
    check: "node",
    status: "problem",
    message: `Node.js ${version} is too old.`,
    hint: `Install Node.js ${oldestNode.join(".")} or newer.`,
  };
}

export function judgeSettingsFile(settingsFile: string | undefined, envFile: string | undefined): Finding {
  const files = [settingsFile, envFile].filter((file) => file !== undefined);
  const message =
    files.length === 0
      ? "No settings file and no .env; everything is as flags, environment and defaults say."
      : files.join(", ");
  return { check: "settings", status: "ok", message };
}

export function judgeMigrations(state: MigrationsState): Finding[] {
  const check = "migrations";
  if (state.kind === "failed") {
    // A folder that is not there yet is no fault of a project that only looks at a server.
    const status = state.trouble.code === "migrate.folder-missing" ? "warning" : "problem";
    return [{ check, status, ...wordsOf(state.trouble) }];
  }
  const { shownDir, count, clashes, warnings } = state;
  return [
    ...clashes.map((files): Finding => {
      const hint = "Rename one of them: veza-db migrate new <name> shows the next free id";
      return { check, status: "problem", message: `Files in ${shownDir} share an id: ${files}.`, hint };
    }),
    ...warnings.map((message): Finding => ({ check, status: "warning", message })),
    ...(clashes.length === 0
      ? [
          {
            check,
            status: "ok",
            message: `${shownDir}: ${count} migration${count === 1 ? "" : "s"}`,
          } as const,
        ]
      : []),
  ];
}

export function judgeEmbedded(state: EmbeddedState): Finding {
  const check = "embedded-server";
  switch (state.kind) {
    case "stopped":
      return { check, status: "ok", message: "The embedded server does not run." };
    case "running":
      return {
        check,
        status: "ok",
        message: `PostgreSQL ${state.version} runs (pid ${state.pid}): ${state.url}`,
      };
    case "failed":
      return { check, status: "problem", ...wordsOf(state.trouble) };
  }
}

/** How the last run of a command that keeps its outcome ended. */
export function judgeOutcome(
  { file, command, finishedAt, exitCode, error }: OutcomeFact,
  now: Date,
): Finding {
  const check = `last ${command}`;
  if (finishedAt === undefined || exitCode === undefined) {
    return { check, status: "warning", message: `${file} cannot be read as an outcome.`, hint: `rm ${file}` };
  }
  const ago = `${formatDuration(Math.max(0, now.getTime() - finishedAt.getTime()))} ago`;
  if (exitCode === 0) return { check, status: "ok", message: `ended well ${ago}` };
  const words =
    exitCode === 1
      ? `found something amiss ${ago}`
      : `failed ${ago}${error === undefined ? "" : `: ${error}`}`;
  return {
    check,
    status: "warning",
    message: words,
    hint: `veza-db ${command.replaceAll(".", " ").replaceAll("-", " ")}`,
  };
}
