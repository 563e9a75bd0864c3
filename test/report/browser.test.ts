/** The page in a headless Chromium, with the network cut. */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe } from "vitest";
import { startOwnServer } from "../stats/support/servers.ts";
import type { OwnServer } from "../stats/support/servers.ts";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { chromium, launch } from "./support/chromium.ts";
import type { Browser, Page } from "./support/chromium.ts";
import { hostile, redate, reportProject } from "./support/project.ts";
import type { ReportProject } from "./support/project.ts";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hours = (ago: number): string => new Date(Date.now() - ago * 3_600_000).toISOString();

describe.runIf(skipUnless(chromium !== undefined, "no Chromium on this machine"))("in Chromium", () => {
  // Its own: on the server of all tests the statements of others crowd ours out of the page.
  let database: OwnServer;
  let work: ReportProject;
  let browser: Browser;
  let file = "";
  const close: AsyncDisposable[] = [];

  beforeAll(async () => {
    database = await startOwnServer({});
    close.push(database);
    work = await reportProject(database);
    close.push(work);
    await database.sql.unsafe(
      `CREATE TABLE "t ${hostile.replaceAll('"', '""')}" AS SELECT g AS id FROM generate_series(1, 50000) AS g`,
    );
    await database.sql`ANALYZE`;
    // Four hours of history, the counters growing from one to the next.
    for (const ago of [4, 3, 2, 1]) await redate(work, await work.snapshot(), hours(ago));
    file = work.project.path("page.html");
    expect(await work.run("report", "--file", file)).toMatchObject({ code: 0, stderr: "" });
    browser = await launch();
    close.push(browser);
  });
  afterAll(async () => {
    for (const one of close.toReversed()) await one[Symbol.asyncDispose]();
  });

  const open = async (options: Parameters<Browser["open"]>[1] = {}): Promise<Page> => {
    const page = await browser.open(`file://${file}`, options);
    // Pictures of what was tested, for people who want to look.
    const folder = process.env["VEZA_TEST_PICTURES"];
    if (folder !== undefined) {
      await mkdir(folder, { recursive: true });
      await writeFile(
        `${folder}/${options.width ?? 1280}-${options.scheme ?? "light"}.png`,
        await page.screenshot(),
      );
    }
    return page;
  };

  test.each([
    [1280, "light"],
    [1280, "dark"],
    [768, "light"],
    [390, "dark"],
  ] as const)("at %i, %s: no complaint, no request, nothing wider than the page", async (width, scheme) => {
    const page = await open({ width, scheme });
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
    // Nothing stands out to the right; a table scrolls within its own frame.
    expect(
      await page.evaluate(
        `[...document.querySelectorAll("body *")].filter((one) => one.closest(".scroll, pre, .bars .l, summary, .sr, caption") === null && one.getBoundingClientRect().right > ${width} + 1).map((one) => one.tagName + "." + one.className + " " + one.textContent.slice(0, 60))`,
      ),
    ).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const [ground, ink] = await page.evaluate<[string, string]>(
      "(() => { const { backgroundColor, color } = getComputedStyle(document.body); return [backgroundColor, color]; })()",
    );
    expect(brightness(ground) > brightness(ink)).toBe(scheme === "light");
  });

  test("an accessibility checker finds nothing serious, light and dark, folded and unfolded", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const page = await open({ scheme });
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      await page.evaluate(`${axe}; 0`);
      const found = await page.evaluate<string[]>(
        `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, failureSummary }) => html + " " + failureSummary).join("; ")))`,
      );
      expect(found).toEqual([]);
    }
  });

  test("plots are drawn: their pixels have the colour of their lines", async () => {
    const page = await open();
    const drawn = await page.evaluate<
      { title: string; inked: number }[]
    >(`[...document.querySelectorAll("figure.lines")].map((figure) => {
      const canvas = figure.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let inked = 0;
// Colours, as against the greys of axes and texts.
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
        if (data[at + 3] > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 80) inked++;
      }
      return { title: figure.querySelector("figcaption").textContent, inked };
    })`);
    expect(drawn.map(({ title }) => title)).toEqual(
      expect.arrayContaining(["Calls a second", "WAL written", "Blocks found in the buffers"]),
    );
    for (const { title, inked } of drawn) expect(inked, title).toBeGreaterThan(10);
  });

  test("every plot has its values as a table", async () => {
    const page = await open();
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('figure.lines')].every((one) => one.querySelectorAll('table tbody tr').length > 1)",
      ),
    ).toBe(true);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('figure.bars:not(.bare)')].every((one) => one.closest('section').querySelector('table') !== null)",
      ),
    ).toBe(true);
  });

  test("texts stay texts; what hides is shown", async () => {
    const page = await open();
    expect(await page.evaluate("document.querySelectorAll('img').length")).toBe(0);
    const shown = await page.evaluate<string>("document.querySelector('#tables').textContent");
    expect(shown).toContain(`</script><img src=x onerror=alert(1)>"'\\u202eevil\\u0007&amp;`);
    expect(await readFile(file, "utf8")).not.toMatch(/\u202E|\u0007/);
  });

  test("pointing at a query marks it in every section", async () => {
    const page = await open();
    const marked = await page.evaluate<string[]>(`(() => {
      const row = document.querySelector("#queries li[data-q]");
      row.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
      return [...document.querySelectorAll(".hot")].map((one) => one.closest("section").id + (one.dataset.q === row.dataset.q ? "" : " of another"));
    })()`);
    expect(new Set(marked)).toEqual(new Set(["queries", "load"]));
  });

  test("by keyboard alone: the report is skipped to, a query unfolded, a plot read and zoomed", async () => {
    const page = await open();
    await page.key("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Skip to the report");
    const walk = async (selector: string): Promise<void> => {
      for (let steps = 0; steps < 300; steps++) {
        if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
        await page.key("Tab");
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await walk("#queries details.query > summary");
    await page.key("Enter");
    expect(await page.evaluate("document.activeElement.parentElement.open")).toBe(true);
    await walk("#load .live");
    const value = "document.querySelector('#load .v').textContent";
    const before = await page.evaluate(value);
    await page.key("ArrowLeft");
    await page.key("ArrowLeft");
    expect(await page.evaluate(value)).not.toBe(before);
    // What the eye reads at the cursor is said as well, with its time.
    expect(await page.evaluate("document.querySelector('#load [aria-live]').textContent")).toMatch(
      /\d:\d\d.*: all statements .*\/s/,
    );
    await page.key("+", "Equal");
    expect(await page.evaluate("document.querySelector('#load .hint').hidden")).toBe(false);
    await page.key("0", "Digit0");
    expect(await page.evaluate("document.querySelector('#load .hint').hidden")).toBe(true);
  });

  test("on paper it is light, unfolded, drawn without scripts' help", async () => {
    const page = await open({ scheme: "dark" });
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(pdf.length).toBeGreaterThan(30_000);
    await page.send("Emulation.setEmulatedMedia", {
      media: "print",
      features: [{ name: "prefers-color-scheme", value: "dark" }],
    });
    expect(
      await page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.static')).display, getComputedStyle(document.querySelector('.live')).display]",
      ),
    ).toEqual(["rgb(255, 255, 255)", "block", "none"]);
    // Tables of many columns fit a sheet of A4, and no heading is broken within a word.
    await page.send("Emulation.setDeviceMetricsOverride", {
      width: 718,
      height: 1000,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('th')].filter((one) => one.offsetHeight > 50 || one.getBoundingClientRect().right > 720).map((one) => one.textContent)",
      ),
    ).toEqual([]);
  });

  test("times are in the reader's zone", async () => {
    const page = await open();
    expect(await page.evaluate("document.querySelector('.zone').textContent")).toContain("Europe/Berlin");
    // The axes that are drawn for paper too; what is left in UTC is the title of each time.
    expect(await page.evaluate("document.querySelectorAll('.static [data-time]').length")).toBeGreaterThan(0);
    expect(await page.evaluate("document.body.textContent.match(/.{0,40}\\d UTC/g)")).toBe(null);
  });

  test("two periods: a page of the same kind", async () => {
    const [a = "", b = "", c = "", d = ""] = (await readdir(work.project.path(".veza/snapshots"))).toSorted();
    const compared = work.project.path("compared.html");
    const { code, stderr } = await work.run(
      "report",
      "--compare",
      `${a}..${b}`,
      `${c}..${d}`,
      "--file",
      compared,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const page = await browser.open(`file://${compared}`);
    expect(page.complaints).toEqual([]);
    expect(page.requests).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('#queries li').length")).toBeGreaterThan(0);
  });
});

/** Of `rgb(20, 23, 27)`. */
function brightness(colour: string): number {
  return [...colour.matchAll(/\d+/g)].slice(0, 3).reduce((sum, [part]) => sum + Number(part), 0);
}
