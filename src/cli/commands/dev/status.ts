import { runningServer } from "../../../dev/server.ts";
import { hint, pairs, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { embeddedServer } from "../../embedded.ts";
import { flag } from "../../flags.ts";

export const command = defineCommand({
  flags: { check: flag.switch("--check", "exit 1 when it does not run") },
  examples: [
    { command: "veza-db dev status", summary: "where it is" },
    { command: "veza-db dev status --check", summary: "exit 1 when it does not run" },
  ],
  exits: [1, 3],
  run: async (context) => {
    const server = await runningServer(embeddedServer(context));
    return {
      data: { running: server !== undefined, server: server ?? null },
      exitCode: context.flags.check && server === undefined ? 1 : 0,
    };
  },
  view: ({ server }) =>
    server === null
      ? [text("The embedded server does not run."), hint("veza-db dev up")]
      : [
          text(`PostgreSQL ${server.version} runs (pid ${server.pid}).`, "good"),
          pairs([
            ["url", server.url],
            ["programs", server.binDir],
            ["data", server.dataDir],
            ["log", server.logFile],
          ]),
        ],
});
