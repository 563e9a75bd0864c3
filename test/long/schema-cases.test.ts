/** Every one-property change and every pair, seen and mended, on each major: what the everyday tests take a sample of. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const majors = (process.env["VEZA_CASE_MAJORS"] ?? "14,15,16,17,18").split(",");
const rooms = ["test/drift/cases.test.ts", "test/diff/cases.test.ts", "test/diff/combined.test.ts"];

describe.each(majors)("PostgreSQL %s", (major) => {
  test("all cases", { timeout: 1_800_000 }, async () => {
    const { code, text } = await runRooms(major);
    for (const [line] of text.matchAll(/^(?:drift|diff) scoreboard .*$/gm)) process.stderr.write(`${line}\n`);
    expect(code === 0 ? "" : text).toBe("");
  });
});

function runRooms(major: string): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      VEZA_TEST_PG: major,
      VEZA_ALL_CASES: "1",
      VEZA_DUMP_CASES: "1",
      NO_COLOR: "1",
    };
    const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...rooms], {
      cwd: root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, text });
    });
  });
}
