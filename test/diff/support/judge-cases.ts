/** The cases of test/cases/drift, mended there and back in one database, rows and all. */
import { inject } from "vitest";
import { compareCatalogs } from "../../../src/catalog/compare.ts";
import type { Catalog } from "../../../src/catalog/model.ts";
import { readCatalog } from "../../../src/catalog/read.ts";
import { planDiff } from "../../../src/diff/plan.ts";
import { connect } from "../../../src/postgres/connect.ts";
import type { Db } from "../../../src/postgres/connect.ts";
import { resolveTarget } from "../../../src/postgres/resolve-target.ts";
import { readCases, summary } from "../../drift/support/cases.ts";
import type { DriftCase } from "../../drift/support/cases.ts";
import { createDatabase } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";
import { dumpLines } from "./pg-dump.ts";

interface Verdict {
  readonly scoreboard: string;
  readonly trouble: readonly string[];
}

const lanes = 3;
const clean = [
  "DROP SUBSCRIPTION IF EXISTS sb",
  "DROP SCHEMA IF EXISTS t2 CASCADE",
  "DROP SCHEMA IF EXISTS t CASCADE",
];

export async function judgeCases({ withDump }: { readonly withDump: boolean }): Promise<Verdict> {
  const { major, version } = inject("server");
  const prefix = process.env["VEZA_CASES"] ?? "";
  const isWhole = prefix !== "" || process.env["VEZA_ALL_CASES"] === "1";
  const cases = readCases()
    .filter(({ sinceMajor, name }) => sinceMajor <= major && name.startsWith(prefix))
    .filter((_, at) => isWhole || at % 3 === 0);
  const waiting = [...cases];
  const trouble: string[] = [];
  let mended = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      await using shared = await createDatabase();
      await using db = await open(shared);
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const found = next.isAlone
          ? await judgeAlone(next, withDump)
          : await judge(next, shared, db, withDump);
        if (found.length === 0) mended++;
        trouble.push(...found.map((line) => `${next?.name ?? ""}: ${line}`));
      }
    }),
  );
  return {
    scoreboard: `diff scoreboard (PostgreSQL ${version}): mended ${mended} of ${cases.length}, there and back`,
    trouble: trouble.toSorted(),
  };
}

async function judgeAlone(one: DriftCase, withDump: boolean): Promise<string[]> {
  await using database = await createDatabase();
  await using db = await open(database);
  return await judge(one, database, db, withDump);
}

/** What no SQL can bring about, and what ALTER cannot: told, not mended. */
const told = new Set([
  "extension-version < ",
  "column-generated-drop < ",
  "access-method-table < ", // 14
  "access-method-table > ",
  ...["key", "key-expression", "key-opclass", "none", "strategy"].flatMap((word) => [
    `partition-${word} < `,
    `partition-${word} > `,
  ]),
  "subscription-password > ",
  "subscription-password < ",
  "user-mapping-password > ",
  "user-mapping-password < ",
]);

/** Left as they are, with a note or by the nature of the thing. */
const left = new Set(["column-order", "index-invalid >", "table-no-inherit <"]);
/** A row would stand in the way. */
const withoutRows = new Set(["column-drop-not-null", "partition-default", "partition-detach"]);

async function judge(one: DriftCase, database: TestDatabase, db: Db, withDump: boolean): Promise<string[]> {
  const run = (text: string): Promise<unknown> => database.sql.unsafe(`SET search_path = t, public; ${text}`);
  const read = (): Promise<Catalog> => readCatalog(db, { withDependencies: true });
  const dump = (): Promise<string[]> => (withDump ? dumpLines(database.url) : Promise.resolve([]));
  try {
    await database.sql.unsafe("CREATE SCHEMA t");
    await run(one.base);
    const before = { catalog: await read(), dump: await dump() };
    await run(one.change);
    if (!withoutRows.has(one.name)) await fill(database);
    const after = { catalog: await read(), dump: await dump() };
    const back = await mend("<", one, db, after, before, read, dump);
    if (back.trouble.length > 0) return [...back.trouble];
    // Where that is not to be had, the way there cannot begin.
    if (compareCatalogs(back.now, before.catalog).length > 0) return [];
    return [...(await mend(">", one, db, before, after, read, dump)).trouble];
  } catch (error) {
    return [String(error)];
  } finally {
    await db.send("RESET ALL").catch(() => {});
    for (const text of clean) await database.sql.unsafe(text);
  }
}

interface Side {
  readonly catalog: Catalog;
  readonly dump: readonly string[];
}

interface Mended {
  readonly trouble: readonly string[];
  /** What the database holds afterwards. */
  readonly now: Catalog;
}

/** The database holds what `from` says. */
async function mend(
  way: string,
  { name }: DriftCase,
  db: Db,
  from: Side,
  to: Side,
  read: () => Promise<Catalog>,
  dump: () => Promise<string[]>,
): Promise<Mended> {
  const stays = (trouble: readonly string[]): Mended => ({ trouble, now: from.catalog });
  if (left.has(name) || left.has(`${name} ${way}`)) return stays([]);
  const plan = planDiff(from.catalog, to.catalog);
  const shown = plan.statements.map(({ sql }) => `${sql};`).join("\n");
  if (plan.obstacles.length > 0)
    return stays(told.has(`${name} ${way} `) ? [] : [`${way} obstacles ${JSON.stringify(plan.obstacles)}`]);
  await db.send("SET check_function_bodies = off");
  for (const { sql } of plan.statements) {
    try {
      await db.send(sql);
    } catch (error) {
      return stays([`${way} ${String(error)}\n  at ${sql}\n${shown}`]);
    }
  }
  const now = await read();
  const rest = compareCatalogs(now, to.catalog);
  const trouble = rest.length === 0 ? [] : [`${way} left ${summary(rest)}by\n${shown}`];
  const text = await dump();
  const gone = to.dump.filter((line) => !text.includes(line));
  const more = text.filter((line) => !to.dump.includes(line));
  if (gone.length + more.length > 0)
    trouble.push(`${way} pg_dump: -${gone.join(" -")} +${more.join(" +")} by\n${shown}`);
  return { trouble, now };
}

/** A row wherever one fits by default. */
async function fill(database: TestDatabase): Promise<void> {
  await database.sql.unsafe(`DO $$ DECLARE r regclass; BEGIN
    FOR r IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 't'::regnamespace AND c.relkind IN ('r', 'p') LOOP
      BEGIN EXECUTE format('INSERT INTO %s DEFAULT VALUES', r); EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
  END $$`);
}

function open(database: TestDatabase): Promise<Db> {
  return connect(resolveTarget(database.url, "the test", {}).target, {
    applicationName: "veza-db test",
    connectTimeoutMs: 10_000,
  });
}
