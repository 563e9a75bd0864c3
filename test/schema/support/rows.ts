/** The least that a row needs. Each returns the id. */
import type postgres from "postgres";

type Sql = postgres.Sql;

export async function addUser(sql: Sql, username: string): Promise<number> {
  return id(sql`
    INSERT INTO users (email, username, password_hash) VALUES (${`${username}@veza.app`}, ${username}, 'x') RETURNING id`);
}

export async function addTrack(sql: Sql, userId: number, title: string, duration = 60): Promise<number> {
  return id(sql`
    INSERT INTO tracks (user_id, title, audio_url, duration, file_size, file_format)
    VALUES (${userId}, ${title}, 'https://cdn/a', ${duration}, 1, 'mp3') RETURNING id`);
}

export async function addPlaylist(sql: Sql, userId: number, name: string): Promise<number> {
  return id(sql`INSERT INTO playlists (user_id, name) VALUES (${userId}, ${name}) RETURNING id`);
}

export async function addRoom(sql: Sql, name: string): Promise<number> {
  return id(sql`INSERT INTO chat_rooms (name) VALUES (${name}) RETURNING id`);
}

export async function addMessage(sql: Sql, roomId: number, userId: number, content: string): Promise<number> {
  return id(sql`
    INSERT INTO chat_messages (room_id, user_id, content) VALUES (${roomId}, ${userId}, ${content}) RETURNING id`);
}

/** Every kept number that is not what counting gives. */
export async function counterDifferences(sql: Sql): Promise<Record<string, unknown>[]> {
  return [...(await sql<Record<string, unknown>[]>`SELECT * FROM counter_differences`)];
}

async function id(query: PromiseLike<readonly postgres.Row[]>): Promise<number> {
  const [row] = await query;
  return Number(row?.["id"]);
}
