import { usageError } from "../../kernel/error.ts";
import { suggest } from "../../kernel/suggest.ts";
import { text } from "../../ui/view.ts";
import { defineCommand } from "../command.ts";
import { renderBash } from "../completion-bash.ts";
import { renderFish } from "../completion-fish.ts";
import { completionNodes } from "../completion-model.ts";
import { renderZsh } from "../completion-zsh.ts";
import { registry } from "../registry.ts";

const renderers = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;
const shells = ["bash", "zsh", "fish"] as const;

export const command = defineCommand({
  description:
    "Prints a script that teaches the shell every command, flag and value. Load it from the shell's start-up file.",
  args: [{ name: "<shell>", summary: `one of ${shells.join(", ")}`, choices: shells }],
  examples: [
    { command: "source <(veza-db completion bash)", summary: "in ~/.bashrc; zsh the same way in ~/.zshrc" },
    {
      command: "veza-db completion fish > ~/.config/fish/completions/veza-db.fish",
      summary: "once, for fish",
    },
  ],
  exits: [],
  async run({ args: [named = ""] }) {
    const shell = shells.find((name) => name === named);
    if (shell === undefined) {
      const near = suggest(named, shells, 1)[0];
      throw usageError(
        "cli.bad-value",
        `There are completions for ${shells.join(", ")}, not for ${JSON.stringify(named)}.`,
        near === undefined ? "veza-db completion --help" : `Did you mean veza-db completion ${near}?`,
      );
    }
    return { data: { shell, script: renderers[shell](await completionNodes(registry)) } };
  },
  view: ({ script }) => [text(script.trimEnd())],
});
