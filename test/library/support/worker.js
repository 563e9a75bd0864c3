// One worker of a test run, as a process of its own: takes databases, looks into each, and ends as it is told.
//   node worker.js '{"url":…,"dir":…,"prefix":…,"count":3,"end":"dispose"}'
import postgres from "postgres";
import { createTestDatabase } from "../../../dist/index.js";

const { count, end, pauseMs = 0, ...options } = JSON.parse(process.argv[2]);
const taken = [];
for (let number = 0; number < count; number++) {
  const database = await createTestDatabase(options);
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const [row] = await sql`SELECT count(*)::int AS notes FROM notes`;
  await sql`INSERT INTO notes (body) VALUES ('mine')`;
  await sql.end();
  taken.push({ name: database.name, notes: row.notes });
  if (end === "dispose") await database[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
process.stdout.write(JSON.stringify(taken));
// "leave": nothing is dropped, and the process must end by itself all the same.
if (end === "kill") process.kill(process.pid, "SIGKILL");
