/** The Veza platform's data in its own schema, and the same rows in the specification's. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../bin/veza-db.js", import.meta.url));

/** Tables in an order in which nothing is missing, with what the document could not hold left out. */
const copies = [
  ["users", "*"],
  ["user_profiles", "*"],
  ["tracks", "*"],
  ["playlists", "*"],
  ["playlist_tracks", "*"],
  ["chat_rooms", "*"],
  ["chat_room_participants", "*"],
  // There an author who leaves takes his messages with him.
  ["chat_messages", "user_id IS NOT NULL"],
  ["likes", "*"],
  ["follows", "*"],
  ["comments", "*"],
];

export function loadOurs(url, scale) {
  const run = (...args) =>
    execFileSync(process.execPath, [cli, ...args, "--url", url, "--quiet", "--yes"], { stdio: ["ignore", "ignore", "inherit"] });
  run("migrate");
  run("seed", "--scale", String(scale), "--seed", "1");
}

/** Copies row by row through psql, then makes the document's indexes. */
export async function loadDocument(psql, ours, theirs, sql) {
  const read = (name) => readFileSync(new URL(`document/${name}.sql`, import.meta.url), "utf8");
  await sql.unsafe(read("schema"));
  for (const [table, condition] of copies) {
    const columns = await sql`
      SELECT attname FROM pg_attribute WHERE attrelid = ${table}::regclass AND attnum > 0 ORDER BY attnum`;
    const list = columns.map(({ attname }) => attname).join(", ");
    const where = condition === "*" ? "" : ` WHERE ${condition}`;
    const from = `SET TimeZone = 'UTC'; COPY (SELECT ${list} FROM ${table}${where}) TO STDOUT`;
    const pipe = `"$0" -X -q -v ON_ERROR_STOP=1 -c "$1" "$2" | "$0" -X -q -v ON_ERROR_STOP=1 -c "$3" "$4"`;
    const to = `COPY ${table} (${list}) FROM STDIN`;
    execFileSync("bash", ["-o", "pipefail", "-c", pipe, psql, from, ours, to, theirs], { stdio: "inherit" });
  }
  await sql.unsafe(read("indexes"));
}
