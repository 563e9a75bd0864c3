/** Rows on their way to the server: what the session is like after each way in which that can end. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../../src/postgres/connect.ts";
import type { Db } from "../../src/postgres/connect.ts";
import { serverErrorOf } from "../../src/postgres/failure.ts";
import { resolveTarget } from "../../src/postgres/resolve-target.ts";
import { createDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createDatabase();
  await database.sql`CREATE TABLE parents (id int PRIMARY KEY)`;
  await database.sql`CREATE TABLE rows (id int, parent_id int REFERENCES parents, word text)`;
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  await database.sql`TRUNCATE rows`;
  const { target } = resolveTarget(database.url, "the test", {});
  db = await connect(target, { applicationName: "copy", connectTimeoutMs: 20_000 });
  return async () => {
    await db.close();
  };
});

const copy = "COPY rows (id, parent_id, word) FROM STDIN";
function* lines(from: number, to: number, parent = "\\N", perPiece = 1000): Generator<Uint8Array> {
  for (let at = from; at < to; at += perPiece) {
    const ids = Array.from({ length: Math.min(perPiece, to - at) }, (_, index) => at + index);
    yield Buffer.from(ids.map((id) => `${id}\t${parent}\tword\n`).join(""));
  }
}
const failure = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
  } catch (error) {
    return serverErrorOf(error)?.sqlstate ?? String(error);
  }
  return undefined;
};
const answers = async (): Promise<unknown> => (await db.query("SELECT 1 AS one"))[0]?.["one"];

test("rows arrive, in their order, and the session goes on", async () => {
  expect(await db.copyFrom(copy, lines(0, 50_000))).toBe(50_000);
  expect(await answers()).toBe(1);
  expect(await db.copyFrom(copy, [])).toBe(0);
  expect(await db.copyFrom(copy, [Buffer.from("7\t\\N\thal"), Buffer.from("f a line\n8\t\\N\t\n")])).toBe(2);
  const [row] = await database.sql`SELECT count(*)::int AS n, sum(id)::text AS sum FROM rows`;
  expect(row).toEqual({ n: 50_002, sum: String((50_000 * 49_999) / 2 + 15) });
});

describe("what the server objects to", () => {
  test("in the middle of the rows", async () => {
    let made = 0;
    const pieces = function* (): Generator<Uint8Array> {
      yield Buffer.from("x\t\\N\tword\n");
      for (const piece of lines(0, 50_000_000)) {
        made++;
        yield piece;
      }
    };
    expect(await failure(db.copyFrom(copy, pieces()))).toBe("22P02");
    expect(made).toBeLessThan(20_000); // it does not go on for ever with what nobody takes
    expect(await answers()).toBe(1);
  });

  test("when all of them are there: a foreign key", async () => {
    expect(await failure(db.copyFrom(copy, lines(0, 10, "99")))).toBe("23503");
    expect(await answers()).toBe(1);
  });

  test("before the first: no such table", async () => {
    expect(await failure(db.copyFrom("COPY nowhere FROM STDIN", lines(0, 10)))).toBe("42P01");
    expect(await answers()).toBe(1);
  });

  test("within a transaction, which is then at an end", async () => {
    await db.send("BEGIN");
    expect(await failure(db.copyFrom(copy, lines(0, 10, "99")))).toBe("23503");
    expect(await failure(db.query("SELECT 1"))).toBe("25P02");
    await db.send("ROLLBACK");
    expect(await answers()).toBe(1);
  });

  test("is told with all its fields", async () => {
    const error = await db
      .copyFrom(copy, [Buffer.from("1\t\\N\tä\nx\t\\N\tö\n")])
      .catch((caught: unknown) => caught);
    expect(serverErrorOf(error)).toMatchObject({
      sqlstate: "22P02",
      severity: "ERROR",
      message: 'invalid input syntax for type integer: "x"',
      where: 'COPY rows, line 2, column id: "x"',
    });
  });
});

test("when the making of rows fails, those sent are forgotten and the session goes on", async () => {
  const broken = function* (): Generator<Uint8Array> {
    yield* lines(0, 5000);
    throw new TypeError("no more");
  };
  expect(await failure(db.copyFrom(copy, broken()))).toBe("TypeError: no more");
  expect(await answers()).toBe(1);
  expect(await database.sql`SELECT FROM rows LIMIT 1`).toHaveLength(0);
});

test("a server that does not read is not run over, and a cancel ends it", async () => {
  const holder = await database.sql.reserve();
  await holder`BEGIN`;
  await holder`LOCK TABLE rows`;
  let bytes = 0;
  const endless = function* (): Generator<Uint8Array> {
    for (const piece of lines(0, 1_000_000_000)) {
      bytes += piece.length;
      yield piece;
    }
  };
  const run = failure(db.copyFrom(copy, endless()));
  await sleep(300);
  expect(bytes).toBe(0); // no lock, no rows wanted
  await db.cancel();
  expect(await run).toBe("57014");
  await holder`ROLLBACK`;
  holder.release();
  expect(await answers()).toBe(1);
});

test("a server that is slow is waited for", async () => {
  await database.sql`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END'`;
  await database.sql`CREATE TRIGGER dawdle BEFORE INSERT ON rows FOR EACH ROW EXECUTE FUNCTION dawdle()`;
  let bytes = 0;
  const endless = function* (): Generator<Uint8Array> {
    for (const piece of lines(0, 1_000_000_000)) {
      bytes += piece.length;
      yield piece;
    }
  };
  const run = failure(db.copyFrom(copy, endless()));
  await sleep(1000);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(30_000_000); // what the two sides of the connection hold in their buffers
  const held = bytes;
  await sleep(300);
  expect(bytes - held).toBeLessThan(1_000_000);
  await db.cancel();
  expect(await run).toBe("57014");
  await database.sql`DROP TRIGGER dawdle ON rows`;
});

test("a cancel in the middle of endless rows ends it", async () => {
  const run = failure(db.copyFrom(copy, lines(0, 1_000_000_000)));
  await sleep(200);
  await db.cancel();
  expect(await run).toBe("57014");
  expect(await answers()).toBe(1);
});

test("nothing else is asked of the session meanwhile", async () => {
  const run = db.copyFrom(copy, lines(0, 20_000));
  await expect(db.query("SELECT 1")).rejects.toThrow("the session takes rows");
  expect(await run).toBe(20_000);
});

test("a session that is ended in the middle is lost, and says so", async () => {
  const run = failure(db.copyFrom(copy, lines(0, 1_000_000_000)));
  await sleep(200);
  await database.sql`SELECT pg_terminate_backend(${db.facts.backendPid})`;
  expect(await run).toMatch(/57P01|closed the connection/);
  await expect(answers()).rejects.toThrow(/connection/);
});
