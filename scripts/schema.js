// Writes schemas/*.schema.json from what checks the files. Needs the built tool: npm run build && node scripts/schema.js
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { settingsSchema } = await import(new URL("../dist/settings/schema.js", import.meta.url).href);
const { policySchema } = await import(
  new URL("../dist/partition/read-policy-schema.js", import.meta.url).href
);

for (const [name, schema] of [
  ["config", settingsSchema()],
  ["partition", policySchema()],
]) {
  const file = fileURLToPath(new URL(`../schemas/${name}.schema.json`, import.meta.url));
  writeFileSync(file, `${JSON.stringify(schema, undefined, 2)}\n`);
  console.log(`wrote ${file}`);
}
