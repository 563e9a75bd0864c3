/** Every migration can be taken back, and comes back the same. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type postgres from "postgres";
import { expect, test } from "../support/database.ts";
import { schemaLines } from "./support/catalog.ts";

const folder = fileURLToPath(new URL("../../migrations", import.meta.url));

test("each step down undoes its step up, and all the way up again gives the same schema", async ({
  database: { sql },
}) => {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  const ups = files.filter((name) => !name.endsWith(".down.sql"));
  expect(ups.map(downOf).filter((name) => !files.includes(name))).toEqual([]);

  const stages: string[][] = [await schemaLines(sql)];
  for (const file of ups) {
    await run(sql, file);
    stages.push(await schemaLines(sql));
  }
  const whole = stages.at(-1);
  stages.pop();
  for (const file of ups.toReversed()) {
    await run(sql, downOf(file));
    expect(await schemaLines(sql), `after ${downOf(file)}`).toEqual(stages.pop());
  }
  for (const file of ups) await run(sql, file);
  expect(await schemaLines(sql)).toEqual(whole);
});

test("counts what was there before the counters came", async ({ database: { sql } }) => {
  const ups = (await readdir(folder)).filter((name) => name.endsWith(".sql") && !name.endsWith(".down.sql"));
  for (const file of ups.toSorted()) {
    if (file.includes("keep-counters")) await addHistory(sql);
    await run(sql, file);
  }
  expect(await sql`SELECT counter, id FROM counter_differences`).toHaveLength(0);
  expect(
    await sql`
    SELECT like_count::int AS likes, (SELECT follower_count::int FROM user_stats WHERE user_id = 1) AS followers,
           (SELECT sum(message_count)::int FROM chat_room_stats) AS messages,
           (SELECT duration::int FROM playlists) AS seconds
      FROM tracks WHERE id = 1`,
  ).toEqual([{ likes: 1, followers: 1, messages: 2, seconds: 60 }]);
});

async function addHistory(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    INSERT INTO users (email, username, password_hash) VALUES ('a@veza.app', 'ana', 'x'), ('b@veza.app', 'bob', 'x');
    INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format, play_count)
    VALUES (1, 'One', 'u', 60, 1, 'mp3', 40);
    INSERT INTO likes (user_id, track_id) VALUES (2, 1);
    INSERT INTO follows (follower_id, following_id) VALUES (2, 1);
    INSERT INTO playlists (user_id, name) VALUES (2, 'Mine');
    INSERT INTO playlist_tracks (playlist_id, track_id, position) VALUES (1, 1, 1);
    INSERT INTO chat_rooms (name) VALUES ('Hall');
    INSERT INTO chat_messages (room_id, user_id, content) VALUES (1, 1, 'hi'), (1, 2, 'hello');`);
}

function downOf(file: string): string {
  return file.replace(/\.sql$/, ".down.sql");
}

async function run(sql: postgres.Sql, file: string): Promise<void> {
  const text = await readFile(`${folder}/${file}`, "utf8");
  await sql.begin((transaction) => transaction.unsafe(text));
}
