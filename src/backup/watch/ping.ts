import { messageOf } from "../../kernel/error.ts";
import { maskPasswords } from "../../postgres/target.ts";

const patienceMs = 10_000;

/** Calls a url of a dead man's switch. Gives a warning when it could not: whoever waits for the call will say so anyway. */
export async function ping(
  url: string,
  what: "start" | "success" | "fail",
  timeoutMs = patienceMs,
): Promise<string | undefined> {
  try {
    const address = new URL(url);
    if (what !== "success") address.pathname = `${address.pathname.replace(/\/$/, "")}/${what}`;
    const { ok, status } = await fetch(address, { method: "POST", signal: AbortSignal.timeout(timeoutMs) });
    return ok ? undefined : `The ping of ${shown(url)} was answered with ${status}.`;
  } catch (error) {
    return `The ping of ${shown(url)} did not get through: ${messageOf(error)}`;
  }
}

/** What stands behind the host is what opens it. */
function shown(url: string): string {
  return maskPasswords(URL.canParse(url) ? new URL(url).origin : url);
}
