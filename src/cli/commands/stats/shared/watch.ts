import { setTimeout as sleep } from "node:timers/promises";
import { text } from "../../../../ui/view.ts";
import type { Block } from "../../../../ui/view.ts";
import type { Context, Result } from "../../../command.ts";

export interface Watching<Data> {
  readonly intervalMs: number;
  /** Undefined: until Ctrl-C. */
  readonly times: number | undefined;
  readonly view: (data: Data) => readonly Block[];
}

/**
 * Reads again and again. People get every frame on stdout; programs, and files, the last one alone. Ctrl-C is the
 * ordinary end, not a failure.
 */
export async function watch<Data>(
  context: Context,
  { intervalMs, times, view }: Watching<Data>,
  read: (before: Data | undefined) => Promise<Data>,
): Promise<Result<Data>> {
  const isShown = context.isHuman && !context.isToFile;
  const show = async (data: Data): Promise<void> => {
    const head = text(`Every ${intervalMs / 1000} s, ${new Date().toISOString()}`, "muted");
    if (isShown) await context.show([head, ...view(data)]);
  };
  let last = await read(undefined);
  await show(last);
  for (let frame = 1; frame < (times ?? Number.POSITIVE_INFINITY); frame++) {
    await sleep(intervalMs, undefined, { signal: context.signal }).catch(() => {});
    if (context.signal.aborted) break;
    try {
      last = await read(last);
    } catch (error) {
      if (context.signal.aborted) break;
      throw error;
    }
    await show(last);
  }
  return { data: last, isShown };
}
