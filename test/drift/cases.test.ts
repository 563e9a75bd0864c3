/**
 * One case a property: what is changed is seen, from either side, and named; nothing is seen where nothing is changed.
 * `VEZA_WRITE_EXPECTED=1` writes what was found beside the case, to be read before it is committed;
 * `VEZA_ALL_CASES=1` leaves nothing out, as `npm run test:long` does on every major; `VEZA_DUMP_CASES=1` also writes each changed schema as SQL, loads it elsewhere and compares.
 */
import { compareCatalogs } from "../../src/catalog/compare.ts";
import type { Catalog } from "../../src/catalog/model.ts";
import { readCatalog } from "../../src/catalog/read.ts";
import { connect } from "../../src/postgres/connect.ts";
import type { Db } from "../../src/postgres/connect.ts";
import { resolveTarget } from "../../src/postgres/resolve-target.ts";
import { dumpSchema } from "../../src/schema/dump.ts";
import { inject } from "vitest";
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { readCases, summary, writeExpected } from "./support/cases.ts";
import type { DriftCase } from "./support/cases.ts";

interface Verdict {
  readonly name: string;
  readonly isSeen: boolean;
  readonly trouble: readonly string[];
}

const writesExpected = process.env["VEZA_WRITE_EXPECTED"] === "1";
const dumps = process.env["VEZA_DUMP_CASES"] === "1";
const lanes = 3;

test("every change of one property is seen, and nothing else", { timeout: 600_000 }, async () => {
  const { major, version } = inject("server");
  const cases = readCases().filter(({ sinceMajor }) => sinceMajor <= major);
  const waiting = [...cases];
  const verdicts: Verdict[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      await using shared = await createDatabase();
      await using reader = await open(shared);
      await using copy = await createDatabase();
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        verdicts.push(next.isAlone ? await judgeAlone(next) : await judge(next, shared, reader, copy));
      }
    }),
  );
  const seen = verdicts.filter(({ isSeen }) => isSeen).length;
  const wrong = verdicts.flatMap(({ name, trouble }) => trouble.map((line) => `${name}: ${line}`)).toSorted();
  const falseDrift = wrong.filter((line) => line.includes("against itself")).length;
  process.stderr.write(
    `drift scoreboard (PostgreSQL ${version}): seen ${seen} of ${cases.length}, false ${falseDrift}\n`,
  );
  expect(wrong).toEqual([]);
});

async function judgeAlone(one: DriftCase): Promise<Verdict> {
  await using database = await createDatabase();
  await using reader = await open(database);
  if (!dumps) return await judge(one, database, reader, database);
  await using copy = await createDatabase();
  return await judge(one, database, reader, copy);
}

function readsAgain(name: string): boolean {
  return process.env["VEZA_ALL_CASES"] === "1" || name.length % 4 === 0;
}

/** What no SQL can say: that an index is broken, and what is secret. */
const unwritten = new Set(["index-invalid", "subscription-password", "user-mapping-password"]);

/** A subscription keeps its database from being dropped. */
const clean =
  "DROP SUBSCRIPTION IF EXISTS sb; DROP SCHEMA IF EXISTS t2 CASCADE; DROP SCHEMA IF EXISTS t CASCADE";

async function judge(
  one: DriftCase,
  database: TestDatabase,
  reader: Db,
  copy: TestDatabase,
): Promise<Verdict> {
  const trouble: string[] = [];
  const run = (text: string): Promise<unknown> => database.sql.unsafe(`SET search_path = t, public; ${text}`);
  const read = (): Promise<Catalog> => readCatalog(reader, dumps ? { withDependencies: true } : {});
  try {
    await database.sql.unsafe("CREATE SCHEMA t");
    await run(one.base);
    const before = await read();
    await run(one.change);
    const after = await read();
    const there = compareCatalogs(before, after);
    const back = compareCatalogs(after, before);
    if (there.length === 0) trouble.push("not seen");
    if (mirror(back) !== summary(there))
      trouble.push(`seen otherwise from the other side:\n${summary(back)}`);
    // Read twice alike: every fourth says it everyday.
    const itself = readsAgain(one.name) ? compareCatalogs(after, await read()) : [];
    if (itself.length > 0) trouble.push(`drift against itself:\n${summary(itself)}`);
    if (after.unmodelled.length > 0) trouble.push(`unmodelled: ${JSON.stringify(after.unmodelled)}`);
    if (writesExpected) writeExpected(one, summary(there));
    else if (summary(there) !== one.expected)
      trouble.push(`told as:\n${summary(there)}instead of:\n${one.expected ?? ""}`);
    if (dumps && !unwritten.has(one.name)) trouble.push(...(await judgeDump(after, copy)));
    return { name: one.name, isSeen: there.length > 0, trouble };
  } catch (error) {
    return { name: one.name, isSeen: false, trouble: [String(error)] };
  } finally {
    // Whatever was owned by another role or lies outside the schema goes with the database; here only what is in it.
    for (const text of clean.split("; ")) {
      await database.sql.unsafe(text);
      if (dumps) await copy.sql.unsafe(text);
    }
  }
}

async function judgeDump(catalog: Catalog, copy: TestDatabase): Promise<string[]> {
  const text = dumpSchema(catalog);
  try {
    await copy.sql.unsafe(text);
  } catch (error) {
    return [`its dump does not load: ${String(error)}\n${text.slice(text.indexOf("set_config"))}`];
  }
  await using reader = await open(copy);
  const restored = await readCatalog(reader, { withDependencies: true });
  const changes = compareCatalogs(catalog, restored);
  return [
    ...(changes.length === 0 ? [] : [`its dump restored differs:\n${summary(changes)}`]),
    ...(dumpSchema(restored) === text ? [] : ["its dump restored is written otherwise"]),
  ];
}

/** What the other side should say: what is created here is dropped there. */
function mirror(changes: Parameters<typeof summary>[0]): string {
  const turned = { create: "drop", drop: "create", alter: "alter" } as const;
  return summary(changes.map((change) => ({ ...change, action: turned[change.action] })));
}

function open(database: TestDatabase): Promise<Db> {
  return connect(resolveTarget(database.url, "the test", {}).target, {
    applicationName: "veza-db test",
    connectTimeoutMs: 10_000,
  });
}
