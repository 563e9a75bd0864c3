import { setTimeout as sleep } from "node:timers/promises";
import { plainStyle, styleFor } from "../../../../ui/style.ts";
import { text } from "../../../../ui/view.ts";
import type { Block } from "../../../../ui/view.ts";
import type { Context } from "../../../command.ts";

export interface Watching<Data> {
  readonly intervalMs: number;
  /** Undefined: until Ctrl-C. */
  readonly times: number | undefined;
  readonly view: (data: Data) => readonly Block[];
}

/**
 * Reads again and again. Each frame but the last is drawn on stderr, as progress is; the last one is the result. Ctrl-C
 * is the ordinary end, not a failure.
 */
export async function watch<Data>(
  context: Context,
  { intervalMs, times, view }: Watching<Data>,
  read: (before: Data | undefined) => Promise<Data>,
): Promise<Data> {
  let last = await read(undefined);
  for (let frame = 1; frame < (times ?? Number.POSITIVE_INFINITY); frame++) {
    if (context.isHuman) await draw(context, intervalMs, view(last));
    await sleep(intervalMs, undefined, { signal: context.signal }).catch(() => {});
    if (context.signal.aborted) break;
    try {
      last = await read(last);
    } catch (error) {
      if (context.signal.aborted) break;
      throw error;
    }
  }
  return last;
}

const clearScreen = "\u001b[H\u001b[2J\u001b[3J";

async function draw(context: Context, intervalMs: number, blocks: readonly Block[]): Promise<void> {
  const { renderHuman } = await import("../../../../ui/human.ts");
  const { isTTY, columns } = process.stderr;
  const { env } = context.settings;
  const style = isTTY ? await styleFor({ isTerminal: true, env, isRefused: false }) : plainStyle;
  const head = text(`Every ${intervalMs / 1000} s, ${new Date().toISOString()}`, "muted");
  const frame = await renderHuman(
    [head, ...blocks],
    style,
    isTTY ? (columns ?? 80) : Number.MAX_SAFE_INTEGER,
  );
  context.report.line(`${isTTY ? clearScreen : ""}${frame.trimEnd()}`);
}
