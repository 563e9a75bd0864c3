/** The page in a headless Chromium, with the network cut. */
import { expect, test } from "../support/database.ts";
import { runCli, temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { chromium, launch } from "./support/chromium.ts";

test.runIf(skipUnless(chromium !== undefined, "no Chromium on this machine"))(
  "the page of a fresh database complains of nothing and asks for nothing",
  async ({ migratedDatabase }) => {
    await using project = await temporaryProject();
    const file = project.path("page.html");
    await runCli(["report", "--file", file, "--url", migratedDatabase.url], { cwd: project.folder });
    await using browser = await launch();
    const page = await browser.open(`file://${file}`);
    expect(await page.evaluate("document.querySelector('h1').textContent")).toContain(migratedDatabase.name);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
  },
);
