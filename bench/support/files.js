/** The same migrations in the form of each tool. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A table and an index each. */
export function tablesWithIndexes(count) {
  return Array.from({ length: count }, (_, index) => {
    const table = `t_${String(index + 1).padStart(5, "0")}`;
    return `CREATE TABLE ${table} (id bigint NOT NULL, name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());\nCREATE INDEX ${table}_name_idx ON ${table} (name);\n`;
  });
}

/** One file of so many megabytes: a table and its rows, a hundred to a statement. */
export function oneBigFile(megabytes) {
  const parts = ["CREATE TABLE big (id bigint NOT NULL, name text NOT NULL, note text NOT NULL);\n"];
  let bytes = 0;
  for (let id = 0; bytes < megabytes * 1024 * 1024;) {
    const rows = Array.from(
      { length: 100 },
      () => `  (${++id}, 'user number ${id}', 'it''s a note — with \u00fcmlauts, and of a length')`,
    );
    const statement = `INSERT INTO big (id, name, note) VALUES\n${rows.join(",\n")};\n`;
    parts.push(statement);
    bytes += Buffer.byteLength(statement);
  }
  return [parts.join("")];
}

/** Statements that change nothing, to make a long history cheaply. */
export function trivial(count) {
  return Array.from({ length: count }, (_, index) => `SELECT ${index + 1};\n`);
}

/** Writes the migrations of every tool below a folder; each tool's stand in a folder of its name. */
export function writeMigrations(folder, texts) {
  const write = (tool, name, text) => {
    const path = join(folder, tool, "migrations", name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };
  let previous = "-";
  texts.forEach((text, index) => {
    const number = index + 1;
    const padded = String(number).padStart(5, "0");
    const stamp = 20240101000000 + number;
    write("veza-db", `2024-01-01-${padded}-step.sql`, text);
    write("psql", `${padded}.sql`, text);
    write("dbmate", `${stamp}_step.sql`, `-- migrate:up\n${text}-- migrate:down\n`);
    write("node-pg-migrate", `${1700000000000 + number}_step.sql`, `-- Up Migration\n${text}`);
    write("postgres-migrations", `${number}_step-${number}.sql`, text);
    const body = text.trim();
    const hash = `sha1:${createHash("sha1")
      .update(`${`${previous === "-" ? "" : previous}\n${body}`.trim()}\n`)
      .digest("hex")}`;
    const head = `--! Previous: ${previous}\n--! Hash: ${hash}\n\n`;
    write(
      "graphile-migrate",
      join("committed", `${String(number).padStart(6, "0")}.sql`),
      `${head}${body}\n`,
    );
    previous = hash;
  });
  writeFileSync(join(folder, "graphile-migrate", "migrations", "current.sql"), "");
  writeFileSync(join(folder, "graphile-migrate", ".gmrc"), "{}\n");
  writeFileSync(join(folder, "psql", "all.sql"), texts.join("\n"));
  writeFileSync(
    join(folder, "psql", "each-in-a-transaction.sql"),
    texts.map((text) => `BEGIN;\n${text}COMMIT;\n`).join(""),
  );
}
