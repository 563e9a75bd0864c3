import type { VezaError } from "../../kernel/error.ts";
import type { Assets } from "./assets.ts";
import { timeOf } from "./bars.ts";
import { markup } from "./html.ts";
import { renderShell } from "./shell.ts";
import { verdictList } from "./verdicts.ts";

/** What --serve shows while the server cannot be read; the next reading takes its place. */
export function renderFailure({ message, detail, hint }: VezaError, assets: Assets): string {
  const verdict = {
    severity: "critical",
    what: message,
    evidence: detail ?? "The page is tried again by itself.",
    mend: hint ?? null,
    section: null,
  } as const;
  return renderShell(
    "Database report",
    markup`<header><h1>Database report</h1><p class="made">Tried ${timeOf(new Date().toISOString())}<span class="zone"></span></p></header>
<main id="main">${verdictList({ verdicts: [verdict], well: [] }, "")}</main>`,
    assets,
  );
}
