import { renderExpositionBytes } from "../kernel/exposition.ts";
import { processFamilies } from "./process.ts";
import type { Scrape } from "./scrape.ts";

/** Gives one page to all who ask while it is being made. Their deadlines are the first one's. */
export function sharedPage(
  scrape: (deadlineMs: number) => Promise<Scrape>,
): (deadlineMs: number) => Promise<Buffer> {
  let running: Promise<Buffer> | undefined;
  const make = async (deadlineMs: number): Promise<Buffer> => {
    try {
      return renderExpositionBytes([...(await scrape(deadlineMs)).families, ...processFamilies()]);
    } finally {
      running = undefined;
    }
  };
  return (deadlineMs) => (running ??= make(deadlineMs));
}
