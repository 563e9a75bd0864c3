import { oneLine, printable } from "./printable.ts";
import { rawName, rawText } from "./view.ts";
import type { Block } from "./view.ts";

/** Renders blocks as GitHub-flavoured Markdown. */
export function renderMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(renderBlock).join("\n\n")}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case "text":
      return escapeMarkdown(printable(block.text));
    case "heading":
      return `## ${escapeMarkdown(oneLine(block.text))}`;
    case "pairs":
      return block.pairs
        .map(([name, value]) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(oneLine(value))}`)
        .join("\n");
    case "sql":
      return fence(block.sql.trimEnd(), "sql");
    case "hint":
      return `Next: ${fenceInline(oneLine(block.text))}`;
    case "table":
      return [
        row(block.columns.map(rawName)),
        row(
          block.columns.map(({ align }) => (align === "right" ? "---:" : "---")),
          false,
        ),
        ...block.rows.map((cells) => row(cells.map(rawText))),
      ].join("\n");
  }
}

function row(cells: readonly string[], isEscaped = true): string {
  return `| ${cells.map((cell) => (isEscaped ? escapeMarkdown(oneLine(cell)) : cell)).join(" | ")} |`;
}

function escapeMarkdown(content: string): string {
  return content.replace(/[\\`*_[\]<>|#]/g, "\\$&");
}

function fence(content: string, language: string): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${language}\n${content}\n${marks}`;
}

function fenceInline(content: string): string {
  return content.includes("`") ? escapeMarkdown(content) : `\`${content}\``;
}
