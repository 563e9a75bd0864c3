import type { PlannedStep } from "../migrate/describe-plan.ts";
import { count } from "../ui/words.ts";
import { heading, hint, table, text } from "../ui/view.ts";
import type { Block } from "../ui/view.ts";

/** A plan for people: each migration with its mode and its statements. */
export function planView(steps: readonly PlannedStep[], server: string, next: string): Block[] {
  if (steps.length === 0) return [text(`Nothing is pending on ${server}.`, "good")];
  return [
    text(`${count(steps.length, "migration")} would be applied to ${server}; nothing was changed.`),
    ...steps.flatMap((step) => [
      heading(`${step.file}  (${modeOf(step)})`),
      step.statements.length === 0
        ? text("no statement", "warning")
        : table(
            [{ name: "line", align: "right" }, "statement"],
            step.statements.map(({ sql, line }) => [line, sql]),
          ),
    ]),
    text(""),
    hint(next),
  ];
}

function modeOf({ transactional, statements, statementsDone }: PlannedStep): string {
  const size = count(statements.length, "statement");
  if (transactional) return `one transaction, ${size}`;
  return `no transaction, ${size} one by one${statementsDone === 0 ? "" : `, after ${statementsDone} that are done`}`;
}

/** A plan as SQL that psql could run. */
export function planSql(steps: readonly PlannedStep[]): string {
  return steps
    .map(({ file, transactional, statements }) => {
      const body = statements.map(({ sql }) => `${sql};`).join("\n\n");
      return `-- ${file}\n${transactional ? `BEGIN;\n\n${body}\n\nCOMMIT;` : body}\n`;
    })
    .join("\n");
}
