/** The document around a page: one file with its policy, no address outside it, and no script or style but ours. */
import { createHash } from "node:crypto";
import type { Assets } from "./assets.ts";
import { markup, nothing, raw } from "./html.ts";
import type { Html } from "./html.ts";

export function renderShell(title: string, body: Html, { style, script, plots, isServed }: Assets): string {
  // Without a plot over time nothing needs the library.
  const scripts = body.html.includes('<figure class="lines">') ? [plots, script] : [script];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(sourceOf).join(" ")}`,
    `style-src ${sourceOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    ...(isServed ? ["connect-src 'self'"] : []),
  ].join("; ");
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="veza-db">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body${isServed ? raw(' data-served="1"') : nothing}>
<a class="skip" href="#main">Skip to the report</a>
${body}
${scripts.map(
  (content) => markup`<script>${raw(content)}</script>
`,
)}</body>
</html>
`.html;
}

/** As a content security policy names a script or a style. */
function sourceOf(content: string): string {
  return `'sha256-${createHash("sha256").update(content, "utf8").digest("base64")}'`;
}
