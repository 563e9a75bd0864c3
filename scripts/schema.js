// Writes schemas/config.schema.json from the table of settings. Needs the built tool: npm run build && node scripts/schema.js
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { settingsSchema } = await import(new URL("../dist/settings/schema.js", import.meta.url).href);
const file = fileURLToPath(new URL("../schemas/config.schema.json", import.meta.url));
writeFileSync(file, `${JSON.stringify(settingsSchema(), undefined, 2)}\n`);
console.log(`wrote ${file}`);
