/** The migrator ends in exactly the schema that psql gives for the same files. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, inject, test, type TestContext } from "vitest";
import { programEnvironment } from "../../src/programs/environment.ts";
import { createDatabase } from "../support/database.ts";
import { skipHereUnless } from "../support/skip.ts";
import { schemaOf } from "./support/state.ts";
import { call } from "./support/veza.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const dir = join(root, "migrations");
const files = readdirSync(dir).filter((name) => name.endsWith(".sql"));
const ups = files.filter((name) => !name.endsWith(".down.sql")).toSorted();

/** A program of PostgreSQL: beside the server's, else on the path. Undefined when there is none, or too old a one. */
async function program(name: string): Promise<string | undefined> {
  const { binDir, major } = inject("server");
  const beside = binDir === null ? undefined : join(binDir, name);
  const file = beside !== undefined && existsSync(beside) ? beside : name;
  try {
    const { stdout } = await run(file, ["--version"], { env: programEnvironment() });
    return Number(/(\d+)/.exec(stdout)?.[1]) >= major ? file : undefined;
  } catch {
    return undefined;
  }
}

async function requireProgram(context: TestContext, name: string): Promise<string> {
  const file = await program(name);
  skipHereUnless(
    context,
    file !== undefined,
    `no ${name} for PostgreSQL ${inject("server").major}: schemas are not compared with its`,
  );
  return file ?? name;
}

async function dump(pgDump: string, url: string): Promise<string> {
  const args = ["-s", "-d", url, "-T", "migrations", "-T", "migrations_log"];
  const { stdout } = await run(pgDump, args, { env: programEnvironment(), maxBuffer: 1e8 });
  // The key is another one each time.
  return stdout.replaceAll(/^\\(un)?restrict .*\n/gm, "");
}

test("migrate gives the schema that psql -1 -f gives, file by file", async (context) => {
  const psql = await requireProgram(context, "psql");
  const pgDump = await requireProgram(context, "pg_dump");
  await using ours = await createDatabase();
  await using theirs = await createDatabase();
  expect(
    await call(root, ["migrate", "--url", ours.url, "-q"], { env: { VEZA_DB_RECORD_OUTCOMES: "false" } }),
  ).toMatchObject({ code: 0, stderr: "" });
  for (const file of ups) {
    await run(psql, ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", theirs.url, "-f", join(dir, file)], {
      env: programEnvironment(),
    });
  }
  expect(await dump(pgDump, ours.url)).toBe(await dump(pgDump, theirs.url));
  expect(await schemaOf(ours.sql)).toEqual(await schemaOf(theirs.sql));
});

test("statement by statement, the driver alone gives the same", async () => {
  await using ours = await createDatabase();
  await using theirs = await createDatabase();
  expect(
    await call(root, ["migrate", "--url", ours.url, "-q"], { env: { VEZA_DB_RECORD_OUTCOMES: "false" } }),
  ).toMatchObject({ code: 0 });
  for (const file of ups) {
    const text = await readFile(join(dir, file), "utf8");
    await theirs.sql.begin((transaction) => transaction.unsafe(text));
  }
  expect(await schemaOf(ours.sql)).toEqual(await schemaOf(theirs.sql));
});

test("up, down to nothing, up: the same schema again", async () => {
  await using database = await createDatabase();
  const veza = (...args: string[]): ReturnType<typeof call> =>
    call(root, ["migrate", ...args, "--url", database.url, "-q"], {
      env: { VEZA_DB_RECORD_OUTCOMES: "false" },
    });
  expect(await veza()).toMatchObject({ code: 0 });
  const before = await schemaOf(database.sql);
  expect(await veza("down", "--steps", String(ups.length), "--confirm", database.name)).toMatchObject({
    code: 0,
  });
  expect(
    (await schemaOf(database.sql)).filter((line) => /^(relation|routine|trigger|type) /.test(line)),
  ).toEqual([]);
  expect(await veza()).toMatchObject({ code: 0 });
  expect(await schemaOf(database.sql)).toEqual(before);
});
