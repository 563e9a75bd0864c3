// Writes docs/commands/: one page a command, from the command's own help. With --check it only says what is stale.
//   node scripts/reference.js [--check]
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "../dist/cli/main.js";
import { allCommands } from "../dist/cli/registry.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "docs", "commands");
const isCheck = process.argv.includes("--check");

async function helpOf(path) {
  let help = "";
  const write = (content) => (help += content);
  await main({
    argv: [...path, "--help"],
    env: {},
    cwd: root,
    stdin: process.stdin,
    stdout: { write },
    stderr: { write },
    signal: new AbortController().signal,
    onEnd: () => {},
  });
  return help;
}

const pages = new Map();
const index = [
  "# Commands",
  "",
  "Each page is the command's own `--help`.",
  "",
  "| command | does |",
  "|---|---|",
];
for (const { path, leaf } of allCommands()) {
  const file = `${path.join("-")}.md`;
  const intro = "<!-- Written by scripts/reference.js from the command's help. -->";
  pages.set(
    file,
    `${intro}\n\n# veza-db ${path.join(" ")}\n\n\`\`\`text\n${(await helpOf(path)).trimEnd()}\n\`\`\`\n`,
  );
  index.push(`| [${path.join(" ")}](${file}) | ${leaf.summary} |`);
}
pages.set("README.md", `${index.join("\n")}\n`);

mkdirSync(folder, { recursive: true });
const stale = readdirSync(folder).filter((file) => !pages.has(file));
for (const [file, content] of pages) {
  let now;
  try {
    now = readFileSync(join(folder, file), "utf8");
  } catch {
    now = undefined;
  }
  if (now === content) continue;
  stale.push(file);
  if (!isCheck) writeFileSync(join(folder, file), content);
}
if (isCheck) {
  if (stale.length > 0) {
    console.error(`docs/commands/ is stale (${stale.join(", ")}): node scripts/reference.js`);
    process.exitCode = 1;
  }
} else {
  for (const file of stale.filter((name) => !pages.has(name))) rmSync(join(folder, file));
  console.log(`${pages.size} pages in docs/commands/`);
}
