import type { Db } from "../postgres/connect.ts";
import { marked } from "../stats/session.ts";

/** The same session, whose questions bear the mark by which statistics leave them out. */
export function markedDb(db: Db): Db {
  const own: Db = Object.create(db);
  return Object.assign(own, {
    query: async (...[text, parameters]: Parameters<Db["query"]>) => db.query(marked(text), parameters),
  });
}
