// The application migrates its database before it takes the first request. Every instance does; one applies what is
// pending, the others wait for it.
import postgres from "postgres";
import { migrate, VezaError } from "veza-db";
import { notesServer } from "./server.js";

const url = process.env["DATABASE_URL"] ?? "postgresql://localhost/notes";

try {
  const { applied } = await migrate({
    url,
    lockWaitMs: 120_000,
    onEvent: (event) => {
      if (event.kind === "finished") console.log(`applied ${event.done.id} ${event.done.name}`);
    },
  });
  console.log(applied.length === 0 ? "the database is up to date" : `${applied.length} migrations applied`);
} catch (error) {
  if (!(error instanceof VezaError)) throw error;
  // What happened, the facts, the way out, and in what state the database is now.
  console.error([error.message, error.detail, error.hint, error.state].filter(Boolean).join("\n"));
  process.exit(1);
}

const sql = postgres(url);
const server = notesServer(sql).listen(Number(process.env["PORT"] ?? 3000), () => {
  console.log("listening", server.address());
});
process.once("SIGTERM", () => {
  server.close(() => void sql.end());
});
