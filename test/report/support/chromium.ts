/** A headless Chromium, driven by the DevTools protocol over two pipes: no port, no package, no network. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** Chromium as the machine has it; undefined where it has none. `VEZA_TEST_CHROMIUM` names another one. */
export const chromium: string | undefined = [process.env["VEZA_TEST_CHROMIUM"], ...places].find(
  (path) => path !== undefined && existsSync(path) && spawnSync(path, ["--version"]).status === 0,
);

type Params = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: "light" | "dark";
  /** The screen has so many dots for each of CSS: 1 unless it is given. */
  readonly scale?: number;
}

/** One tab, which notes whatever goes wrong in it. */
export interface Page {
  /** What the console and the page's own errors said, and what the security policy held back. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the page itself left out. */
  readonly requests: readonly string[];
  readonly send: (method: string, params?: Params) => Promise<Params>;
  /** Runs an expression in the page and gives its value, which must be plain data. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly key: (key: string, code?: string) => Promise<void>;
  readonly screenshot: (wholePage?: boolean) => Promise<Buffer>;
  readonly pdf: () => Promise<Buffer>;
}

export interface Browser extends AsyncDisposable {
  open(url: string, options?: PageOptions): Promise<Page>;
}

export async function launch(): Promise<Browser> {
  if (chromium === undefined) throw new Error("there is no Chromium on this machine");
  const profile = mkdtempSync(join(tmpdir(), "veza-chromium-"));
  const child = spawn(
    chromium,
    [
      "--headless=new",
      "--remote-debugging-pipe",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--force-color-profile=srgb",
      "--hide-scrollbars",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      env: { ...process.env, TZ: "Europe/Berlin", LANG: "en_GB.UTF-8", HOME: profile },
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const wire = talk(child.stdio[3] as Writable, child.stdio[4] as Readable);
  return {
    open: async (url, options = {}) => openPage(wire, url, options),
    [Symbol.asyncDispose]: async () => {
      await wire.send("Browser.close").catch(() => {});
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Wire {
  send(method: string, params?: Params, sessionId?: string): Promise<Params>;
  listen(sessionId: string, hear: (method: string, params: Params) => void): void;
}

/** Messages are JSON with a zero byte behind each. */
function talk(to: Writable, from: Readable): Wire {
  const waiting = new Map<number, { resolve: (result: Params) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (method: string, params: Params) => void>();
  let next = 1;
  let rest = Buffer.alloc(0);
  from.on("data", (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString("utf8")) as Message;
      rest = rest.subarray(end + 1);
      if (message.id !== undefined) {
        const { resolve, reject } = waiting.get(message.id) ?? {};
        waiting.delete(message.id);
        if (message.error === undefined) resolve?.(message.result ?? {});
        else reject?.(new Error(message.error.message));
      } else listeners.get(message.sessionId ?? "")?.(message.method ?? "", message.params ?? {});
    }
  });
  from.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("Chromium has ended"));
  });
  to.on("error", () => {}); // it ends while we speak: the answer that is waited for says so
  return {
    listen: (sessionId, hear) => void listeners.set(sessionId, hear),
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        to.write(
          `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
        );
      }),
  };
}

async function openPage(wire: Wire, url: string, options: PageOptions): Promise<Page> {
  const { width = 1280, height = 900, scheme = "light", scale = 1 } = options;
  const { targetId } = await wire.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await wire.send("Target.attachToTarget", { targetId, flatten: true });
  const session = String(sessionId);
  const send = (method: string, params: Params = {}): Promise<Params> => wire.send(method, params, session);
  const complaints: string[] = [];
  const requests: string[] = [];
  let loaded = (): void => {};
  const load = new Promise<void>((resolve) => (loaded = resolve));
  wire.listen(session, (method, params) => {
    if (method === "Page.loadEventFired") loaded();
    if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params["exceptionDetails"]));
    if (method === "Runtime.consoleAPICalled") complaints.push(JSON.stringify(params["args"]));
    if (method === "Log.entryAdded") complaints.push(JSON.stringify(params["entry"]));
    if (method === "Network.requestWillBeSent") {
      const asked = (params["request"] as { url: string }).url;
      if (asked.split("#")[0] !== url.split("#")[0]) requests.push(asked);
    }
  });
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  // Cut off: whatever the page would ask for beyond its own file fails.
  if (url.startsWith("file:"))
    await send("Network.emulateNetworkConditions", {
      offline: true,
      latency: 0,
      downloadThroughput: 0,
      uploadThroughput: 0,
    });
  await send("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: scale,
    mobile: width < 500,
  });
  await send("Emulation.setEmulatedMedia", {
    features: [
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ],
  });
  await send("Page.navigate", { url });
  await load;
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  };
  return {
    complaints,
    requests,
    send,
    evaluate,
    key: async (key, code = key) => {
      const virtual = { Tab: 9, Enter: 13, Escape: 27, ArrowLeft: 37, ArrowRight: 39 }[key] ?? 0;
      const text = key === "Enter" ? { text: "\r" } : key.length === 1 ? { text: key } : {};
      const common = { key, code, windowsVirtualKeyCode: virtual };
      await send("Input.dispatchKeyEvent", {
        type: Object.keys(text).length > 0 ? "keyDown" : "rawKeyDown",
        ...common,
        ...text,
      });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
    },
    screenshot: async (wholePage = true) => {
      const { data } = await send("Page.captureScreenshot", {
        format: "png",
        captureBeyondViewport: wholePage,
        ...(wholePage ? { clip: await wholeOf(evaluate) } : {}),
      });
      return Buffer.from(String(data), "base64");
    },
    pdf: async () => {
      const { data } = await send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
      return Buffer.from(String(data), "base64");
    },
  };
}

async function wholeOf(evaluate: Page["evaluate"]): Promise<Params> {
  const { width, height } = await evaluate<{ width: number; height: number }>(
    "({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })",
  );
  return { x: 0, y: 0, width, height, scale: 1 };
}
