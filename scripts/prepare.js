// Runs after `npm install` in a checkout: builds the tool, so that `npx veza-db` works at once.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = ["rolldown", "typescript"].map((name) => join(root, "node_modules", name));
if (tools.every((folder) => existsSync(folder))) {
  await import("./build.js");
} else {
  console.error(
    "veza-db: TypeScript or Rolldown is not installed (development packages were left out), so nothing was built.",
  );
  console.error("hint: npm install --include=dev");
}
