import { openSocket } from "./socket.ts";
import type { Target } from "./target.ts";

/** What the server gave at the login, to ask for a cancel with. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** PostgreSQL's CancelRequest message: length 16, this code, process id, secret key. */
const cancelCode = 80_877_102;
const timeoutMs = 3000;

/** Asks, over a connection of its own, to cancel what a session runs. The server closes it when it has sent the signal. */
export async function requestCancel(target: Target, { pid, secret }: BackendKey): Promise<void> {
  const message = Buffer.alloc(16);
  [16, cancelCode, pid, secret].forEach((value, index) => message.writeUInt32BE(value, index * 4));
  const socket = await openSocket(target, timeoutMs);
  await new Promise<void>((resolve) => {
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.once("close", () => resolve());
    // A reset is as good as a close: there is no answer to this message.
    socket.once("error", () => {});
    socket.resume();
    // Not ended from our side: PgBouncer 1.18 dies when the one who asks hangs up first.
    socket.write(message);
  });
}
