/** The page on loopback: who gets it, and that it follows the server while somebody looks. */
import { request } from "node:http";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cleanEnvironment, cliFile, temporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { chromium, launch } from "./support/chromium.ts";

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

async function serve(url: string, cwd: string): Promise<Served> {
  const child = spawn(process.execPath, [cliFile, "report", "--serve", "--every", "1s", "--url", url], {
    cwd,
    env: cleanEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => reject(new Error(said)));
  });
  return {
    url: address,
    child,
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Status and text of an answer, asked under some host name. */
async function ask(
  url: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      response.once("end", () => resolve([response.statusCode ?? 0, body]));
    });
    call.once("error", reject);
    call.end();
  });
}

test("loopback alone, GET alone, and not under another name", async ({ database }) => {
  await using project = await temporaryProject();
  await using served = await serve(database.url, project.folder);
  const [status, page] = await ask(served.url);
  expect(status).toBe(200);
  expect(page).toContain(`Database report: ${database.name}`);
  expect(page).toContain("connect-src &#39;self&#39;".replaceAll("&#39;", "'"));
  expect((await ask(served.url, { Host: "evil.example" }))[0]).toBe(421);
  expect((await ask(served.url, {}, "POST"))[0]).toBe(405);
  expect((await ask(`${served.url}etc/passwd`))[0]).toBe(404);
  served.child.kill("SIGINT");
  expect([0, 130]).toContain(await served.ended);
});

test.runIf(skipUnless(chromium !== undefined, "no Chromium on this machine"))(
  "the page is made anew while it is open, with plots that go on",
  async ({ database }) => {
    await using project = await temporaryProject();
    await using served = await serve(database.url, project.folder);
    await using browser = await launch();
    const page = await browser.open(served.url);
    const made = "document.querySelector('.made time').dateTime";
    const first = await page.evaluate<string>(made);
    await expect
      .poll(
        async () =>
          page
            .evaluate<string>(`document.readyState === "complete" ? ${made} : ${JSON.stringify(first)}`)
            .catch(() => first),
        { timeout: 30_000 },
      )
      .not.toBe(first);
    await expect
      .poll(
        async () =>
          page.evaluate<number>("document.querySelectorAll('figure.lines canvas').length").catch(() => 0),
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    expect(page.complaints).toEqual([]);
    // A server that goes away makes a page that says so.
    await database[Symbol.asyncDispose]();
    await expect
      .poll(
        async () =>
          page.evaluate<string>("document.querySelector('#verdicts')?.textContent ?? ''").catch(() => ""),
        { timeout: 30_000 },
      )
      .toContain("does not exist");
  },
);
