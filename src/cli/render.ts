import type { Block } from "../ui/view.ts";
import type { Walk } from "./walk.ts";

/** A result in the form that was asked for. Renderers load only when they are used. */
export async function renderResult(job: Walk, data: unknown, exitCode: number): Promise<string> {
  const { command, form, call } = job;
  const special = command.forms?.[form];
  if (special !== undefined) return special(data);
  if (form === "json") return (await import("../ui/json.ts")).renderJson(job.path, data, job.warnings);
  if (form === "csv") return (await import("../ui/csv.ts")).renderCsv(command.view(data));
  if (form === "markdown") return (await import("../ui/markdown.ts")).renderMarkdown(command.view(data));
  const isQuiet = call.globals.quiet === true;
  if (isQuiet && command.isDeed === true && exitCode === 0) return "";
  const isUnattended =
    job.io.stdout.isTTY !== true && call.globals.verbose !== true && call.globals.file === undefined;
  if (command.isSilentUnattended === true && isUnattended && exitCode === 0) return "";
  return renderBlocks(job, command.view(data));
}

/** Blocks for people, as wide and as colourful as the stream is. */
export async function renderBlocks({ io, call }: Walk, blocks: readonly Block[]): Promise<string> {
  const { renderHuman } = await import("../ui/human.ts");
  const { styleFor } = await import("../ui/style.ts");
  const isTerminal = io.stdout.isTTY === true && call.globals.file === undefined;
  const style = await styleFor({ isTerminal, env: io.env, isRefused: call.globals.color === false });
  const shown = blocks.filter(({ kind }) => call.globals.quiet !== true || kind !== "hint");
  return renderHuman(shown, style, isTerminal ? widthOf(io.stdout.columns) : Number.MAX_SAFE_INTEGER);
}

/** A pipe has no width, nothing is cut there; a terminal that nobody has told its size says 0. */
export function widthOf(columns: number | undefined): number {
  return columns === undefined || columns === 0 ? 80 : columns;
}
