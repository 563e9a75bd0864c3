import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import postgres from "postgres";
import type { Sql } from "postgres";
import { createTestDatabase } from "veza-db";
import type { TestDatabase } from "veza-db";
import { addNote, listNotes, pinNote } from "../src/notes.js";

let database: TestDatabase;
let sql: Sql;

beforeEach(async () => {
  database = await createTestDatabase({ url: process.env["DATABASE_URL"] });
  sql = postgres(database.url, { max: 2 });
});

afterEach(async () => {
  // The connections first: dropping a database ends whoever is still in it.
  await sql.end();
  await database[Symbol.asyncDispose]();
});

test("a pinned note comes first", async () => {
  const old = await addNote(sql, "old but pinned");
  await addNote(sql, "new");
  await pinNote(sql, old.id);
  const bodies = (await listNotes(sql)).map(({ body }) => body);
  assert.deepEqual(bodies, ["old but pinned", "new"]);
});

test("each test begins with no notes", async () => {
  assert.deepEqual(await listNotes(sql), []);
});

test("an empty note is refused by the database", async () => {
  await assert.rejects(addNote(sql, ""), { code: "23514" });
});

test("the same, written shorter", async () => {
  await using own = await createTestDatabase({ url: process.env["DATABASE_URL"] });
  await using connection = disposable(postgres(own.url, { max: 1 }));
  assert.deepEqual(await listNotes(connection.sql), []);
});

/** Disposed of before the database, since it was made after it. */
function disposable(client: Sql): AsyncDisposable & { readonly sql: Sql } {
  return { sql: client, [Symbol.asyncDispose]: () => client.end() };
}
