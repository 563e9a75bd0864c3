import type { Sql } from "postgres";

export interface Note {
  readonly id: string;
  readonly body: string;
  readonly isPinned: boolean;
}

export async function addNote(sql: Sql, body: string): Promise<Note> {
  const [note] = await sql<Note[]>`
    INSERT INTO notes (body) VALUES (${body}) RETURNING id, body, is_pinned AS "isPinned"`;
  if (note === undefined) throw new Error("the note was not added");
  return note;
}

export async function pinNote(sql: Sql, id: string): Promise<void> {
  await sql`UPDATE notes SET is_pinned = true WHERE id = ${id}`;
}

/** The pinned ones first, the newest first among them. */
export async function listNotes(sql: Sql): Promise<Note[]> {
  const rows = await sql<Note[]>`
    SELECT id, body, is_pinned AS "isPinned" FROM notes ORDER BY is_pinned DESC, created_at DESC, id DESC`;
  return [...rows];
}
