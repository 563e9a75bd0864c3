/**
 * What the schema's counters and indexes cost those who write: plays, likes, follows and messages a second, on the
 * document's tables and on ours, from one writer with rows all over the place and from eight writers on one row (one
 * track, one artist, one room). Runs go in turn, so that a busy moment of the machine meets both.
 *
 *     npm run build && node bench/hot-row.js [rounds] [seconds a run] [durable|careless]
 *
 * durable is PostgreSQL as it comes: each commit waits for the disk, and who holds a row holds it for so long.
 */
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { median } from "./support/measure.js";
import { startServer } from "./support/server.js";
import { circumstances, printTable } from "./support/table.js";

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 2);
const mode = process.argv[4] ?? "durable";
const migrations = fileURLToPath(new URL("../migrations", import.meta.url));

const users = 120_000;
const tracks = 60_000;
const rooms = 1_000;
const databases = ["document", "ours"];

/** What a writer does: parameters by round, writer, how often it has written so far, and whether all meet on one row. */
const works = [
  {
    name: "plays",
    target: 0.8,
    sql: "UPDATE tracks SET play_count = play_count + 1 WHERE id = $1",
    values: ({ isHot }) => [isHot ? 1 : skewed(tracks)],
  },
  {
    name: "likes",
    target: 0.55,
    sql: "INSERT INTO likes (user_id, track_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    values: ({ isHot, round, writer, n }) => [userOf(writer, n), isHot ? 100 + round : skewed(tracks)],
  },
  {
    name: "follows",
    target: 0.55,
    sql: "INSERT INTO follows (follower_id, following_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    values: ({ isHot, round, writer, n }) => [userOf(writer, n), isHot ? 100 + round : skewed(users - 1)],
  },
  {
    name: "messages",
    target: 0.8,
    sql: "INSERT INTO chat_messages (room_id, user_id, content) VALUES ($1, $2, 'Good evening, what a set that was!')",
    values: ({ isHot, writer, n }) => [isHot ? 1 : skewed(rooms), userOf(writer, n)],
  },
];

const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };
const server = await startServer({
  shared_buffers: "256MB",
  max_wal_size: "8GB",
  ...(mode === "careless" ? careless : {}),
});
try {
  for (const database of databases) await prepare(database);
  const rows = [];
  for (const work of works) {
    for (const writers of [1, 8]) rows.push(await compare(work, writers));
  }
  printTable(
    `Written a second, ${mode}: ${circumstances(server, cpus().length)}, median of ${rounds} runs of ${seconds} s`,
    ["", "document", "ours", "ours / document", "target"],
    rows,
  );
} finally {
  await server.stop();
}

async function compare(work, writers) {
  const rates = { document: [], ours: [] };
  for (let round = 0; round < rounds; round++) {
    for (const database of databases) {
      await server.checkpoint();
      rates[database].push(await run(database, work, writers, round));
    }
  }
  const [theirs, ours] = databases.map((database) => median(rates[database]));
  const name = writers === 1 ? `${work.name}, one writer` : `${work.name}, ${writers} writers on one row`;
  return [name, theirs, ours, ours / theirs, work.target];
}

/** Statements a second. */
async function run(database, work, writers, round) {
  const until = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const sql = postgres(server.url(database), { max: 1, onnotice: () => {} });
      const isHot = writers > 1;
      let n = 0;
      for (; performance.now() < until; n++) {
        await sql.unsafe(work.sql, work.values({ isHot, round, writer, n }), { prepare: true });
      }
      await sql.end();
      return n;
    }),
  );
  return counts.reduce((sum, n) => sum + n, 0) / ((performance.now() - startedAt) / 1000);
}

/** No two writers are the same person, and nobody likes or follows himself. */
function userOf(writer, n) {
  const share = users / 8 - 200;
  return 200 + writer * share + (n % share);
}

/** Few get most. */
function skewed(count) {
  return 1 + Math.floor(count * Math.random() ** 3);
}

async function prepare(database) {
  await server.create(database);
  const sql = postgres(server.url(database), { max: 1, onnotice: () => {} });
  try {
    if (database === "ours") {
      const files = readdirSync(migrations).filter(
        (name) => name.endsWith(".sql") && !name.endsWith(".down.sql"),
      );
      for (const file of files.toSorted()) {
        const text = readFileSync(join(migrations, file), "utf8");
        await sql.begin((transaction) => transaction.unsafe(text));
      }
    } else {
      for (const statement of documentSchema()) await sql.unsafe(statement);
    }
    await sql.unsafe(`
      INSERT INTO users (email, username, password_hash, first_name, bio)
      SELECT 'user' || n || '@veza.app', 'user' || n, repeat('h', 60), 'Ana', repeat('bio ', 10) FROM generate_series(1, ${users}) n;
      INSERT INTO tracks (user_id, title, artist, genre, audio_url, waveform_url, duration, file_size, file_format, play_count)
      SELECT 1 + n % ${users}, 'Song number ' || n, 'Artist ' || n % 500, 'house', repeat('u', 50), repeat('w', 50), 200, 5000000,
             'mp3', 100000 / n
        FROM generate_series(1, ${tracks}) n;
      INSERT INTO chat_rooms (name) SELECT 'Room ' || n FROM generate_series(1, ${rooms}) n`);
    await sql.unsafe("VACUUM ANALYZE");
  } finally {
    await sql.end();
  }
}

/** The document's tables that are written here, with their columns, keys and indexes; the rest of them is not touched. */
function documentSchema() {
  const times = "created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now()";
  const key = (name, table, action = "CASCADE") => `${name} bigint REFERENCES ${table} ON DELETE ${action}`;
  const tables = {
    users: `id bigserial PRIMARY KEY, email varchar(255) UNIQUE NOT NULL, username varchar(50) UNIQUE NOT NULL,
            password_hash varchar(255) NOT NULL, first_name varchar(100), last_name varchar(100), bio text,
            is_active boolean DEFAULT true, ${times}`,
    tracks: `id bigserial PRIMARY KEY, ${key("user_id", "users")}, title varchar(255) NOT NULL, artist varchar(255),
             album varchar(255), genre varchar(100), description text, audio_url varchar(500) NOT NULL,
             waveform_url varchar(500), duration integer NOT NULL, file_size bigint NOT NULL, file_format varchar(20) NOT NULL,
             metadata jsonb DEFAULT '{}', is_public boolean DEFAULT true, is_explicit boolean DEFAULT false,
             play_count integer DEFAULT 0, like_count integer DEFAULT 0, ${times}`,
    likes: `${key("user_id", "users")}, ${key("track_id", "tracks")}, created_at timestamp DEFAULT now(),
            PRIMARY KEY (user_id, track_id)`,
    follows: `${key("follower_id", "users")}, ${key("following_id", "users")}, created_at timestamp DEFAULT now(),
              PRIMARY KEY (follower_id, following_id)`,
    chat_rooms: "id bigserial PRIMARY KEY, name varchar(255) NOT NULL",
    chat_messages: `id bigserial PRIMARY KEY, ${key("room_id", "chat_rooms")} NOT NULL, ${key("user_id", "users")} NOT NULL,
                    content text NOT NULL, message_type varchar(50) DEFAULT 'text', metadata jsonb DEFAULT '{}',
                    ${key("reply_to_id", "chat_messages", "SET NULL")}, is_edited boolean DEFAULT false, ${times}`,
  };
  const indexes = {
    users: ["email", "username", "created_at", "is_active"],
    tracks: [
      [
        "user_id",
        "created_at",
        "is_public",
        "genre",
        "play_count DESC",
        "like_count DESC",
        "user_id, created_at DESC",
      ],
      ["is_public, play_count DESC, like_count DESC, created_at DESC"],
    ].flat(),
    likes: ["user_id", "track_id", "created_at"],
    follows: ["follower_id", "following_id", "created_at"],
    chat_messages: ["room_id", "user_id", "reply_to_id"].concat([
      "room_id, created_at DESC",
      "room_id, created_at DESC",
      "user_id, created_at DESC",
    ]),
  };
  return [
    ...Object.entries(tables).map(([table, columns]) => `CREATE TABLE ${table} (${columns})`),
    ...Object.entries(indexes).flatMap(([table, lists]) =>
      lists.map((list) => `CREATE INDEX ON ${table} (${list})`),
    ),
    "CREATE INDEX ON tracks (is_public, created_at DESC) WHERE is_public",
    "CREATE INDEX ON tracks USING gin (to_tsvector('english', title || ' ' || artist || ' ' || genre))",
  ];
}
