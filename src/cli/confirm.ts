import { createInterface } from "node:readline/promises";
import { VezaError } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { printable } from "../ui/printable.ts";

/** What is about to be done, and how much leave it needs. */
export interface Question {
  /** `change` asks y/N; `destroy` wants the database's name, by --confirm or typed. */
  readonly kind: "change" | "destroy";
  /** e.g. `Apply 3 migrations` */
  readonly action: string;
  /** Server and database, without password. */
  readonly place: string;
  readonly database: string;
  /** The plan, a line each, shown before the question. */
  readonly plan: readonly string[];
  /** Runs without a terminal, since it is what cron or CI asked for. */
  readonly runsUnattended?: boolean;
  /** What --confirm gave, for `destroy`. */
  readonly confirmed?: string | undefined;
}

export interface Asker {
  readonly stdin: NodeJS.ReadableStream;
  readonly stderr: { write(content: string): unknown };
  /** A person sits at the terminal and may be asked. */
  readonly isInteractive: boolean;
  /** --yes */
  readonly isYes: boolean;
  /** Nothing is asked of the embedded server. */
  readonly isEmbedded: boolean;
  readonly signal: AbortSignal;
}

/** Settles whether a change may go on; throws an error with the ending `refused` when not. */
export async function confirm(question: Question, asker: Asker): Promise<void> {
  if (asker.isEmbedded) return;
  if (question.kind === "destroy") return confirmByName(question, asker);
  if (asker.isYes) return;
  if (!asker.isInteractive) {
    if (question.runsUnattended === true) return;
    throw refusal(question, "There is no terminal to ask at.", "Add --yes to the command.");
  }
  const answer = await ask(question, asker, `${question.action} on ${question.place}? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw refusal(question, "The answer was no.", undefined);
}

async function confirmByName(question: Question, asker: Asker): Promise<void> {
  if (question.confirmed !== undefined) {
    if (question.confirmed === question.database) return;
    throw refusal(
      question,
      `--confirm names "${question.confirmed}", the database is "${question.database}".`,
      `Add --confirm ${shellWord(question.database)} to the command.`,
    );
  }
  if (!asker.isInteractive) {
    throw refusal(
      question,
      "There is no terminal to ask at, and --yes is not enough.",
      `Add --confirm ${shellWord(question.database)} to the command.`,
    );
  }
  const answer = await ask(
    question,
    asker,
    `${question.action} on ${question.place}. Type the database's name to go on: `,
  );
  if (answer.trim() !== question.database)
    throw refusal(question, "The name typed is not the database's.", undefined);
}

async function ask(question: Question, asker: Asker, prompt: string): Promise<string> {
  asker.stderr.write(question.plan.map((line) => `  ${printable(line)}\n`).join(""));
  asker.stderr.write(printable(prompt));
  const lines = createInterface({ input: asker.stdin, signal: asker.signal });
  let isAnswered = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once("line", (answer) => {
        isAnswered = true;
        resolve(answer);
      });
      lines.once("close", () => resolve(""));
      asker.signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
    });
  } finally {
    lines.close();
    // Who answers ends the line of the question; Ctrl-C and Ctrl-D leave it open.
    if (!isAnswered) asker.stderr.write("\n");
  }
}

function refusal(question: Question, detail: string, hint: string | undefined): VezaError {
  return new VezaError({
    code: "cli.not-confirmed",
    ending: "refused",
    message: `${question.action} on ${question.place} was not confirmed.`,
    detail,
    hint,
    state: "Nothing was changed.",
  });
}
