/** Runs of `tune apply` that do not come to their end: stopped by something at one of their messages. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cleanEnvironment, cliFile } from "../../support/cli.ts";
import { startProxy } from "../../support/proxy.ts";
import type { ProxyMessage, Verdict } from "../../support/proxy.ts";
import { machine } from "./server.ts";
import type { TunedServer } from "./server.ts";

/** Does something at the nth message whose text begins so. */
export function at(beginning: string, nth: number, act: () => Verdict): (message: ProxyMessage) => Verdict {
  let seen = 0;
  return ({ from, type, body }) =>
    from === "client" &&
    (type === "Q" || type === "P") &&
    body.toString("latin1").includes(beginning) &&
    ++seen === nth
      ? act()
      : "pass";
}

export async function proxied(
  server: TunedServer,
  onMessage: (message: ProxyMessage) => Verdict,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const { hostname, port } = new URL(server.url);
  const proxy = await startProxy({ host: hostname, port: Number(port), onMessage });
  const url = new URL(server.url);
  url.port = String(proxy.port);
  return { url: url.href, [Symbol.asyncDispose]: async () => proxy[Symbol.asyncDispose]() };
}

/** Sends the signal at that message; gives the exit code, null where the signal ended it. */
export async function stoppedAt(
  server: TunedServer,
  beginning: string,
  nth: number,
  signal: "SIGKILL" | "SIGTERM",
): Promise<number | null> {
  let stop = (): void => {};
  await using proxy = await proxied(
    server,
    at(beginning, nth, () => {
      stop();
      // What is killed shall not have sent it; what may end by itself goes on.
      return signal === "SIGKILL" ? "hold" : "pass";
    }),
  );
  const child = spawn(process.execPath, [cliFile, "tune", "apply", ...machine, "--yes", "--url", proxy.url], {
    cwd: server.project.folder,
    env: cleanEnvironment(),
    stdio: "ignore",
  });
  stop = () => child.kill(signal);
  const [code]: unknown[] = await once(child, "close");
  return typeof code === "number" ? code : null;
}
