/** The second judge: what pg_dump says of a schema; nothing where the machine has none of this major or a newer one. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { inject } from "vitest";
import { sortedLines } from "../../../src/diff/judge-dump.ts";

export function pgDump(): string | undefined {
  const { major } = inject("server");
  return [14, 15, 16, 17, 18]
    .filter((version) => version >= major)
    .map((version) => `/usr/lib/postgresql/${version}/bin/pg_dump`)
    .find((file) => existsSync(file));
}

export async function dumpLines(url: string): Promise<string[]> {
  return sortedLines(await dumpText(url));
}

export async function dumpText(url: string): Promise<string> {
  const program = pgDump();
  if (program === undefined) return "";
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["-s", "-d", url], { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (piece: string) => (out += piece));
    child.stderr.setEncoding("utf8").on("data", (piece: string) => (err += piece));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(err));
    });
  });
}
