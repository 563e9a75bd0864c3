/** Messages: their months, their replies, their authors, and how many there are. */
import type postgres from "postgres";
import { expect, test } from "../support/database.ts";
import { refusal } from "./support/refusal.ts";
import { addMessage, addRoom, addUser, counterDifferences } from "./support/rows.ts";

test("a message dated today finds its place, and so do those of the coming months", async ({
  migratedDatabase: { sql },
}) => {
  const room = await addRoom(sql, "Hall");
  await sql`INSERT INTO chat_messages (room_id, content) VALUES (${room}, 'now')`;
  await sql`INSERT INTO chat_messages (room_id, content, created_at)
            SELECT ${room}, 'then', now() + make_interval(months => n) FROM generate_series(-1, 6) n`;
  await sql`INSERT INTO audit_logs (action, resource_type, created_at)
            SELECT 'login', 'user', now() + make_interval(months => n) FROM generate_series(-1, 6) n`;
  expect(
    await refusal(
      sql`INSERT INTO chat_messages (room_id, content, created_at) VALUES (${room}, 'x', '1999-01-01')`,
    ),
  ).toBe("23514");
  const defaults = await sql`SELECT FROM pg_partitioned_table WHERE partdefid <> 0`;
  expect(defaults).toHaveLength(0);
});

test("months begin at midnight UTC, whatever the session's zone, and are made once", async ({
  migratedDatabase: { sql },
}) => {
  const make = async (zone: string, month: string, months: number): Promise<unknown> =>
    sql.begin(async (transaction) => {
      await transaction`SELECT set_config('TimeZone', ${zone}, true), set_config('DateStyle', 'SQL, DMY', true)`;
      const [row] =
        await transaction`SELECT create_month_partitions('chat_messages', ${month}, ${months}) AS made`;
      return row?.["made"];
    });
  expect(await make("Asia/Tokyo", "2023-12-31", 3)).toBe(3);
  expect(await make("America/New_York", "2024-01-15", 3)).toBe(1);
  expect(await make("Europe/Paris", "2023-12-01", 4)).toBe(0);
  const bounds = await sql.begin(async (transaction) => {
    await transaction`SET LOCAL TimeZone = 'UTC'`;
    return transaction`
      SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
       WHERE inhparent = 'chat_messages'::regclass AND c.relname < 'chat_messages_p2024_05' ORDER BY 1`.values();
  });
  expect(bounds).toEqual([
    ["chat_messages_p2023_12", "FOR VALUES FROM ('2023-12-01 00:00:00+00') TO ('2024-01-01 00:00:00+00')"],
    ["chat_messages_p2024_01", "FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2024-02-01 00:00:00+00')"],
    ["chat_messages_p2024_02", "FOR VALUES FROM ('2024-02-01 00:00:00+00') TO ('2024-03-01 00:00:00+00')"],
    ["chat_messages_p2024_03", "FOR VALUES FROM ('2024-03-01 00:00:00+00') TO ('2024-04-01 00:00:00+00')"],
  ]);
});

test("months that exist under other names or in bigger pieces are left alone", async ({
  database: { sql },
}) => {
  await sql.file(
    new URL("../../migrations/2024-02-15-004-add-month-partitions.sql", import.meta.url).pathname,
  );
  const long = "a_table_with_a_name_of_more_than_fifty_four_bytes_naïvely_so";
  await sql.unsafe(`
    CREATE TABLE "${long}" (at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE "The Past" PARTITION OF "${long}" FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00+00');
    CREATE TABLE year PARTITION OF "${long}" FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00')`);
  const [row] = await sql`SELECT create_month_partitions(${`"${long}"`}, '2023-11-01', 16) AS made`;
  expect(row).toEqual({ made: 2 });
  const names =
    await sql`SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhrelid::regclass::text LIKE '%p2025%'`;
  expect(names).toHaveLength(2);
  expect(await refusal(sql`SELECT create_month_partitions('pg_class', '2024-01-01')`)).toBe("42809");
});

test("a reply answers a message of its own room", async ({ migratedDatabase: { sql } }) => {
  const ana = await addUser(sql, "ana");
  const [hall, cellar] = [await addRoom(sql, "Hall"), await addRoom(sql, "Cellar")];
  const first = await addMessage(sql, hall, ana, "first");
  const reply = async (room: number, to: number, at: string | null = null): Promise<string> =>
    refusal(sql`INSERT INTO chat_messages (room_id, user_id, content, reply_to_id, reply_to_created_at)
                VALUES (${room}, ${ana}, 'reply', ${to}, ${at})`);
  expect(await reply(hall, first)).toBe("accepted");
  expect(await reply(cellar, first)).toBe("23503 chat_messages_check_reply");
  expect(await reply(hall, 999)).toBe("23503 chat_messages_check_reply");
  expect(await reply(hall, first, "2020-01-01T00:00:00Z")).toBe("23503 chat_messages_check_reply");
  expect(
    await sql`
    SELECT r.reply_to_created_at = m.created_at AS filled
      FROM chat_messages r JOIN chat_messages m ON m.id = r.reply_to_id`.values(),
  ).toEqual([[true]]);

  expect(await refusal(sql`UPDATE chat_messages SET reply_to_id = 999 WHERE reply_to_id = ${first}`)).toBe(
    "23503 chat_messages_check_reply",
  );
  expect(await refusal(sql`UPDATE chat_messages SET room_id = ${cellar} WHERE reply_to_id = ${first}`)).toBe(
    "23503 chat_messages_check_reply",
  );
  // What is answered may go; the reply stays.
  await sql`DELETE FROM chat_messages WHERE id = ${first}`;
  expect(await sql`SELECT content FROM chat_messages WHERE reply_to_id = ${first}`.values()).toEqual([
    ["reply"],
  ]);
  await sql`UPDATE chat_messages SET reply_to_id = NULL`;
  expect(await sql`SELECT reply_to_created_at FROM chat_messages`.values()).toEqual([[null]]);
});

test("messages outlive their author; an edit is marked, a departure is not", async ({
  migratedDatabase: { sql },
}) => {
  const [ana, bob] = [await addUser(sql, "ana"), await addUser(sql, "bob")];
  const hall = await addRoom(sql, "Hall");
  await addMessage(sql, hall, ana, "hello");
  const other = await addMessage(sql, hall, bob, "typo");
  await sql`UPDATE chat_messages SET content = 'no typo' WHERE id = ${other}`;
  await sql`DELETE FROM users WHERE id = ${ana}`;
  await sql`UPDATE chat_messages SET metadata = '{"seen": true}' WHERE id = ${other}`;
  expect(
    await sql`
    SELECT content, user_id::int, is_edited, updated_at > created_at AS touched FROM chat_messages ORDER BY id`.values(),
  ).toEqual([
    ["hello", null, false, false],
    ["no typo", bob, true, true],
  ]);
});

test("the audit trail keeps its actor", async ({ migratedDatabase: { sql } }) => {
  const ana = await addUser(sql, "ana");
  await sql`INSERT INTO audit_logs (user_id, action, resource_type, resource_id) VALUES (${ana}, 'delete', 'user', ${ana})`;
  await sql`DELETE FROM users WHERE id = ${ana}`;
  expect(await sql`SELECT user_id::int FROM audit_logs`.values()).toEqual([[ana]]);
});

test("a room knows its messages, through inserts, deletes, moves and edits", async ({
  migratedDatabase: { sql },
}) => {
  const ana = await addUser(sql, "ana");
  const [hall, cellar] = [await addRoom(sql, "Hall"), await addRoom(sql, "Cellar")];
  const counts = async (): Promise<unknown> =>
    sql`SELECT r.name, COALESCE(sum(s.message_count), 0)::int FROM chat_rooms r
          LEFT JOIN chat_room_stats s ON s.room_id = r.id GROUP BY r.id ORDER BY r.id`.values();
  await addMessage(sql, hall, ana, "one");
  await sql`INSERT INTO chat_messages (room_id, user_id, content, created_at)
            SELECT r, ${ana}, 'many', now() + make_interval(days => d)
              FROM unnest(${[hall, cellar]}::bigint[]) r, generate_series(0, 60, 20) d`;
  expect(await counts()).toEqual([
    ["Hall", 5],
    ["Cellar", 4],
  ]);
  await sql`UPDATE chat_messages SET room_id = ${hall} WHERE room_id = ${cellar} AND created_at > now() + interval '30 days'`;
  expect(await counts()).toEqual([
    ["Hall", 7],
    ["Cellar", 2],
  ]);
  await sql`UPDATE chat_messages SET created_at = created_at + interval '70 days', room_id = ${cellar} WHERE content = 'one'`;
  await sql`UPDATE chat_messages SET content = 'edited'`;
  expect(await counts()).toEqual([
    ["Hall", 6],
    ["Cellar", 3],
  ]);
  const [bound] = await lastMessages(sql, cellar);
  expect(bound).toEqual({ exact: true });
  await sql`DELETE FROM chat_messages WHERE room_id = ${hall} AND created_at <= now()`;
  expect(await counts()).toEqual([
    ["Hall", 5],
    ["Cellar", 3],
  ]);
  expect(await counterDifferences(sql)).toEqual([]);
  await sql`DELETE FROM chat_rooms WHERE id = ${hall}`;
  expect(await counts()).toEqual([["Cellar", 3]]);
  await sql`TRUNCATE chat_messages`;
  expect(await counts()).toEqual([["Cellar", 0]]);
  expect(await counterDifferences(sql)).toEqual([]);
});

async function lastMessages(sql: postgres.Sql, room: number): Promise<postgres.Row[]> {
  return sql`SELECT max(s.last_message_at) = (SELECT max(created_at) FROM chat_messages WHERE room_id = ${room}) AS exact
               FROM chat_room_stats s WHERE s.room_id = ${room}`;
}
