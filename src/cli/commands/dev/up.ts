import { ensureServer } from "../../../dev/server.ts";
import { hint, pairs, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { embeddedServer } from "../../embedded.ts";

export const command = defineCommand({
  description:
    "A real PostgreSQL on 127.0.0.1 on a free port. It outlives the shell that started it; its data stays under .veza/.",
  settingFlags: ["pgVersion"],
  examples: [
    { command: "veza-db dev up", summary: "start it, or say that it runs" },
    { command: "veza-db dev up --pg-version 16", summary: "with the programs of that major version" },
  ],
  exits: [3, 5],
  isDeed: true,
  run: async (context) => ({ data: await ensureServer(embeddedServer(context)) }),
  view: ({ url, version, source, dataDir, logFile, pid, started }) => [
    text(`${started ? "Started" : "Runs already:"} PostgreSQL ${version} (pid ${pid}).`, "good"),
    pairs([
      ["url", url],
      ["programs", source],
      ["data", dataDir],
      ["log", logFile],
    ]),
    hint("veza-db migrate --embedded"),
  ],
});
