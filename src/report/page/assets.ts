import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** What the page carries with it. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  /** uPlot, for plots that are zoomed. */
  readonly plots: string;
  /** The page comes from `report --serve` and looks for newer ones. */
  readonly isServed: boolean;
}

const packages = createRequire(import.meta.url);

export function readAssets(isServed = false): Assets {
  const own = (name: string): string => readFileSync(new URL(`./assets/${name}`, import.meta.url), "utf8");
  return {
    style: own("page.css"),
    script: own("page.js"),
    plots: readFileSync(packages.resolve("uplot/dist/uPlot.iife.min.js"), "utf8"),
    isServed,
  };
}
