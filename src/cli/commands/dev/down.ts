import { stopServer } from "../../../dev/server.ts";
import { hint, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { embeddedServer } from "../../embedded.ts";

export const command = defineCommand({
  description: "Stops the server in an orderly way. Its data stays; veza-db dev up goes on with it.",
  examples: [
    { command: "veza-db dev down", summary: "stop it" },
    { command: "veza-db dev down -q", summary: "without a word when all goes well" },
  ],
  exits: [3, 5],
  isDeed: true,
  run: async (context) => {
    const { stopped, pid, dataDir } = await stopServer(embeddedServer(context));
    return { data: { stopped, pid: pid ?? null, dataDir: dataDir ?? null } };
  },
  view: ({ stopped, pid, dataDir }) =>
    stopped
      ? [
          text(
            `Stopped the server (pid ${pid ?? "unknown"}); its data stays in ${dataDir ?? ".veza/"}.`,
            "good",
          ),
          hint("veza-db dev up"),
        ]
      : [text("The embedded server was not running."), hint("veza-db dev up")],
});
