import { resetServer, runningServer } from "../../../dev/server.ts";
import { hint, pairs, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { embeddedServer } from "../../embedded.ts";

export const command = defineCommand({
  description:
    "Everything in the embedded server is lost. Nothing is asked: it is the tool's own, for trying things out.",
  settingFlags: ["pgVersion"],
  examples: [
    { command: "veza-db dev reset", summary: "an empty server" },
    { command: "veza-db dev reset && veza-db migrate --embedded", summary: "the schema from nothing" },
  ],
  exits: [3, 5],
  isDeed: true,
  run: async (context) => {
    const options = embeddedServer(context);
    const before = await runningServer({ ...options, pgVersion: undefined });
    return { data: { ...(await resetServer(options)), wasRunning: before !== undefined } };
  },
  view: ({ url, version, dataDir }) => [
    text(`Started an empty PostgreSQL ${version}.`, "good"),
    pairs([
      ["url", url],
      ["data", dataDir],
    ]),
    hint("veza-db migrate --embedded"),
  ],
});
