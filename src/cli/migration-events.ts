import { formatDuration } from "../kernel/duration.ts";
import type { RunEvent } from "../migrate/run-options.ts";
import { printable } from "../ui/printable.ts";
import type { Context } from "./command.ts";

/** Words for what a run tells while it works. */
export function tellRun({ report, warn }: Pick<Context, "report" | "warn">): (event: RunEvent) => void {
  // File names and what the server says of other sessions may hold anything.
  const line = (content: string): void => report.line(printable(content));
  return (event) => {
    switch (event.kind) {
      case "waiting-for-lock":
        return line(`Waiting for another run, which holds the migration lock: ${event.holder}`);
      case "started":
        return report.working(`${event.step.file.id} ${event.step.file.name} …`);
      case "statement":
        return report.working(
          `${event.step.file.id} ${event.step.file.name}: statement ${event.number} of ${event.total} …`,
        );
      case "blocked":
        return line(`Waiting for a lock, blocked by ${event.by}`);
      case "retry":
        return line(
          `${event.step.file.id}: ${event.reason}; ${event.step.directives.transaction ? "rolled back" : "not done"}, trying again (${event.attempt} of ${event.of})`,
        );
      case "note":
        return line(event.text);
      case "warning":
        return warn(event.text);
      case "finished": {
        const { id, name, durationMs } = event.done;
        const verb = event.direction === "up" ? "applied   " : "taken back";
        return line(`${verb}  ${id}  ${name}  ${formatDuration(durationMs)}`);
      }
    }
  };
}
