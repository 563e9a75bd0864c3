/** The packed library in a project of its own: its types resolve, the example compiles, and it runs. */
import { once } from "node:events";
import { beforeAll } from "vitest";
import { expect, test } from "../support/database.ts";
import { installExample, run, start, tsc } from "./support/example.ts";

let folder: string;

beforeAll(async () => {
  folder = await installExample();
  const compiled = await run(folder, process.execPath, [tsc]);
  // Strict, nodenext, and no declaration file skipped: the library's types hold by themselves.
  expect(compiled).toEqual({ code: 0, output: "" });
}, 120_000);

test("its tests pass, each in a database of its own", async ({ database }) => {
  const env = { DATABASE_URL: database.url };
  const { code, output } = await run(folder, process.execPath, ["--test", "dist/test/notes.test.js"], env);
  expect(output).toMatch(/pass 4\n/);
  expect(code).toBe(0);
});

test("it migrates when it starts, says so, and takes requests; the next start finds nothing to do", async ({
  database,
}) => {
  const first = await startListening(database.url);
  expect(first.said).toContain("applied 2025-01-10-001 create-notes");
  await fetch(`http://127.0.0.1:${first.port}/`, { method: "POST", body: "from outside" });
  expect(await database.sql`SELECT body FROM notes`).toEqual([{ body: "from outside" }]);
  await first.stop();
  const second = await startListening(database.url);
  expect(second.said).toContain("the database is up to date");
  await second.stop();
});

test("a migration that fails keeps it from starting, with the place and the state", async ({ database }) => {
  await database.sql`CREATE TABLE notes (id int)`;
  const { code, output } = await run(folder, process.execPath, ["dist/src/start.js"], {
    DATABASE_URL: database.url,
  });
  expect(code).toBe(1);
  expect(output).toContain("2025-01-10-001-create-notes.sql:1:");
  expect(output).toContain("Rolled back");
});

interface Listening {
  readonly said: string;
  readonly port: number;
  stop(): Promise<void>;
}

async function startListening(url: string): Promise<Listening> {
  const child = start(folder, process.execPath, ["dist/src/start.js"], { DATABASE_URL: url, PORT: "0" });
  let said = "";
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "close");
  };
  return new Promise((resolve, reject) => {
    const listen = (text: string): void => {
      said += text;
      const port = /port: (\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve({ said, port: Number(port), stop });
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("close", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}
