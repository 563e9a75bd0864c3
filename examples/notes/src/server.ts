import { createServer } from "node:http";
import type { Server } from "node:http";
import { text } from "node:stream/consumers";
import type { Sql } from "postgres";
import { addNote, listNotes } from "./notes.js";

export function notesServer(sql: Sql): Server {
  return createServer((request, response) => {
    void (async () => {
      const answer =
        request.method === "POST" ? await addNote(sql, await text(request)) : await listNotes(sql);
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    })().catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
}
