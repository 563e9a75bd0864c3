/** Ids that somebody brings along, and the sequences that must hear of them. */
import { expect, test } from "../support/database.ts";
import { addMessage, addRoom, addUser } from "./support/rows.ts";

test("after ids brought along, the next one is free", async ({ migratedDatabase: { sql } }) => {
  await sql`INSERT INTO users (id, email, username, password_hash) VALUES (7, 'g@veza.app', 'g', 'x'), (3, 'c@veza.app', 'c', 'x')`;
  expect(await addUser(sql, "next")).toBe(8);
  await sql`INSERT INTO users (id, email, username, password_hash) VALUES (500000, 'far@veza.app', 'far', 'x')`;
  expect(await addUser(sql, "after")).toBe(500_001);
  await sql`INSERT INTO users (id, email, username, password_hash) VALUES (2, 'low@veza.app', 'low', 'x')`;
  expect(await addUser(sql, "still")).toBe(500_002);

  const room = await addRoom(sql, "Hall");
  await sql`INSERT INTO chat_messages (id, room_id, content) VALUES (40, ${room}, 'imported')`;
  expect(await addMessage(sql, room, 7, "live")).toBe(41);
  await sql`INSERT INTO audit_logs (id, action, resource_type) VALUES (9, 'login', 'user')`;
  const [row] =
    await sql`INSERT INTO audit_logs (action, resource_type) VALUES ('login', 'user') RETURNING id::int`;
  expect(row).toEqual({ id: 10 });
});

test("COPY moves the sequence too", async ({ migratedDatabase: { sql } }) => {
  const copy = await sql`COPY users (id, email, username, password_hash) FROM STDIN`.writable();
  copy.write("20\ta@veza.app\ta\tx\n30\tb@veza.app\tb\tx\n");
  await new Promise<void>((resolve, reject) => {
    copy.once("error", reject).once("finish", resolve).end();
  });
  expect(await addUser(sql, "next")).toBe(31);
});

test("people who draw ids while others bring theirs never get the same", async ({
  migratedDatabase: { sql },
}) => {
  const brought = Array.from({ length: 40 }, (_, n) => (n + 1) * 25);
  await Promise.all([
    ...brought.map(
      (id) => sql`INSERT INTO users (id, email, username, password_hash)
                  VALUES (${id}, ${`b${id}@veza.app`}, ${`b${id}`}, 'x') ON CONFLICT (id) DO NOTHING`,
    ),
    ...Array.from({ length: 60 }, (_, n) => addUser(sql, `drawn${n}`).catch(() => 0)),
  ]);
  const [row] = await sql`SELECT max(id) <= pg_sequence_last_value('users_id_seq') AS ok FROM users`;
  expect(row).toEqual({ ok: true });
});
