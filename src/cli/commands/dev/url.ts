import { VezaError } from "../../../kernel/error.ts";
import { runningServer } from "../../../dev/server.ts";
import { text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { embeddedServer } from "../../embedded.ts";

export const command = defineCommand({
  examples: [
    { command: 'psql "$(veza-db dev url)"', summary: "look around with psql" },
    { command: "export DATABASE_URL=$(veza-db dev url)", summary: "for the application" },
  ],
  exits: [3],
  run: async (context) => {
    const server = await runningServer(embeddedServer(context));
    if (server !== undefined) return { data: { url: server.url } };
    throw new VezaError({
      code: "dev.not-running",
      ending: "environment",
      message: "The embedded server does not run.",
      hint: "veza-db dev up",
    });
  },
  view: ({ url }) => [text(url)],
});
