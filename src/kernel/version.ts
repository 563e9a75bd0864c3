import { readFileSync } from "node:fs";

let known: string | undefined;

/** The version of this package, read once from its own package.json. */
export function toolVersion(): string {
  known ??= readVersion();
  return known;
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const match = /"version":\s*"([^"]+)"/.exec(text);
  if (match?.[1] === undefined) throw new Error("package.json has no version");
  return match[1];
}
