/** Skipping says why, on stderr, each time: a test that was not run must not look like one that passed. */
import type { TestContext } from "vitest";

/**
 * The condition again; where it does not hold, the reason is printed.
 *
 *     test.runIf(skipUnless(isRoot, "only root can step down"))("runs as another account", async () => { … });
 */
export function skipUnless(condition: boolean, reason: string): boolean {
  if (!condition) tell(reason);
  return condition;
}

/** The same from within a test, where only the test itself can find out. Does not return when it skips. */
export function skipHereUnless(context: TestContext, condition: boolean, reason: string): void {
  if (condition) return;
  tell(reason);
  context.skip(reason);
}

function tell(reason: string): void {
  process.stderr.write(`skipped: ${reason}\n`);
}
