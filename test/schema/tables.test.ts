/** What the catalog says of the migrated schema: the document's names, sound types, and no index too many or too few. */
import { expect, test } from "../support/database.ts";

/** The document's thirteen tables. What follows the bar is ours. */
const columns = {
  users:
    "id email username password_hash first_name last_name bio avatar_url location website email_verified is_active created_at updated_at last_login_at",
  user_profiles: "user_id preferences social_links notification_settings updated_at",
  tracks:
    "id user_id title artist album genre description audio_url waveform_url duration file_size file_format metadata is_public is_explicit play_count like_count created_at updated_at",
  playlists: "id user_id name description cover_url is_public track_count duration created_at updated_at",
  playlist_tracks: "playlist_id track_id position added_at",
  chat_rooms: "id name description type created_by max_participants is_private created_at updated_at",
  chat_room_participants: "room_id user_id role joined_at last_read_at",
  chat_messages:
    "id room_id user_id content message_type metadata reply_to_id is_edited created_at updated_at | reply_to_created_at",
  likes: "user_id track_id created_at",
  follows: "follower_id following_id created_at",
  comments: "id user_id track_id content parent_id like_count created_at updated_at",
  sessions: "id user_id device_id ip_address user_agent created_at last_used_at expires_at",
  audit_logs: "id user_id action resource_type resource_id old_values new_values ip_address created_at",
};

test("the document's tables have the document's columns", async ({ migratedDatabase: { sql } }) => {
  const rows = await sql<{ table: string; names: string[] }[]>`
    SELECT attrelid::regclass::text AS table, array_agg(attname::text) AS names FROM pg_attribute
     WHERE attrelid = ANY (${Object.keys(columns)}::text[]::regclass[]) AND attnum > 0 AND NOT attisdropped
     GROUP BY attrelid`;
  const found = Object.fromEntries(rows.map(({ table, names }) => [table, names.toSorted()]));
  expect(found).toEqual(
    Object.fromEntries(
      Object.entries(columns).map(([table, names]) => [table, names.split(/[ |]+/).toSorted()]),
    ),
  );
});

test("types and defaults", async ({ migratedDatabase: { sql } }) => {
  const withoutZone = await sql`
    SELECT attrelid::regclass::text, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0
       AND atttypid = 'timestamp'::regtype`;
  expect(withoutZone).toHaveLength(0);

  const defaultsWithoutNotNull = await sql`
    SELECT adrelid::regclass::text, attname FROM pg_attrdef
      JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
      JOIN pg_class c ON c.oid = adrelid
     WHERE relnamespace = 'public'::regnamespace AND NOT attnotnull`;
  expect(defaultsWithoutNotNull).toHaveLength(0);

  const counters = await sql`
    SELECT DISTINCT format_type(atttypid, NULL) AS type FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname LIKE '%\\_count'`;
  expect(counters).toEqual([{ type: "bigint" }]);
});

test("every foreign key has an index behind it", async ({ migratedDatabase: { sql } }) => {
  const bare = await sql`
    SELECT k.conrelid::regclass::text AS table, k.conname
      FROM pg_constraint k
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
       AND NOT EXISTS (
         SELECT FROM pg_index i
          WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
            AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`;
  expect(bare).toHaveLength(0);
});

test("no index is covered by another", async ({ migratedDatabase: { sql } }) => {
  // The same leading columns or expressions in the same order and direction, the same rows, and no uniqueness to keep.
  const covered = await sql`
    WITH i AS (
      SELECT i.*, c.relname, c.relam,
             ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false)
                          || CASE WHEN c.relam = 403 THEN (i.indoption::int2[])[n - 1]::text ELSE '' END
                     FROM generate_series(1, i.indnkeyatts) n ORDER BY n) AS keys,
             pg_get_expr(i.indpred, i.indrelid) AS predicate
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE c.relnamespace = 'public'::regnamespace)
    SELECT a.relname AS covered, b.relname AS by
      FROM i a JOIN i b ON b.indrelid = a.indrelid AND b.indexrelid <> a.indexrelid AND b.relam = a.relam
     WHERE a.keys = b.keys[1:cardinality(a.keys)]
       AND (b.predicate IS NULL OR b.predicate = a.predicate)
       AND (NOT a.indisunique OR (b.indisunique AND cardinality(b.keys) = cardinality(a.keys)))`;
  expect(covered).toHaveLength(0);
});

test("every table with an updated_at has a trigger that keeps it, and it misses no column that people edit", async ({
  migratedDatabase: { sql },
}) => {
  // Counted by the platform, or blanked when an account goes.
  const notEdited = [
    "tracks.play_count tracks.like_count playlists.track_count playlists.duration comments.like_count",
    "chat_rooms.created_by chat_messages.user_id chat_messages.reply_to_id chat_messages.reply_to_created_at",
  ].flatMap((names) => names.split(" "));
  const rows = await sql<{ table: string; missed: string[] | null }[]>`
    SELECT a.attrelid::regclass::text AS table, t.missed
      FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      LEFT JOIN LATERAL (
        SELECT CASE WHEN t.tgattr = '' THEN '{}' ELSE ARRAY(
                 SELECT a.attrelid::regclass || '.' || o.attname FROM pg_attribute o
                  WHERE o.attrelid = c.oid AND o.attnum > 0 AND NOT o.attisdropped AND o.attnum <> ALL (t.tgattr)
                    AND o.attname NOT IN ('id', 'created_at', 'updated_at')) END AS missed
          FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
         WHERE t.tgrelid = c.oid AND p.proname IN ('set_updated_at', 'chat_messages_mark_edit')) t ON true
     WHERE a.attname = 'updated_at' AND c.relnamespace = 'public'::regnamespace
     ORDER BY 1`;
  expect(rows.map(({ table }) => table)).toEqual(
    "chat_messages chat_rooms comments playlists tracks user_profiles users".split(" "),
  );
  for (const { table, missed } of rows) {
    expect(
      missed?.filter((name) => !notEdited.includes(name)),
      table,
    ).toEqual([]);
  }
});

test("functions that run as their owner have a fixed path and are nobody else's", async ({
  migratedDatabase: { sql },
}) => {
  const open = await sql`
    SELECT oid::regprocedure::text FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND prosecdef
       AND (proconfig IS NULL OR NOT 'search_path=pg_catalog, public, pg_temp' = ANY (proconfig)
            OR has_function_privilege('public', oid, 'EXECUTE'))
       AND proname <> 'move_sequence_up'`;
  expect(open).toHaveLength(0);
});
