/**
 * Backups and restores side by side, in one run: the document's script, the usual pipes, and ours. Needs a build, pg_dump
 * and psql; zstd where it is there.
 *
 *     npm run build && node bench/backup.js [thousand rows a table] [rounds] [compressible|realistic]
 *
 * Two sets of rows: `compressible`, pgbench's, which shrink thirty-fold and hide what compression costs, and `realistic`:
 * four equal tables of names, words, times, UUIDs and JSON, with indexes. The best of the rounds is shown, and the CPU time
 * of the programs (not the server's).
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./support/measure.js";
import { startServer } from "./support/server.js";
import { circumstances, printTable } from "./support/table.js";

const thousands = Number(process.argv[2] ?? 150);
const rounds = Number(process.argv[3] ?? 3);
const only = process.argv[4];
const tool = join(dirname(dirname(fileURLToPath(import.meta.url))), "bin", "veza-db.js");
const { findClient } = await import("../dist/backup/clients.js");

const server = await startServer({ max_wal_size: "4GB", shared_buffers: "512MB" });
const folder = join(server.folder, "work");
mkdirSync(folder);
try {
  console.log(
    `${circumstances(server, availableParallelism())}; ${thousands},000 rows a table, best of ${rounds}`,
  );
  const paths = {};
  for (const name of ["pg_dump", "pg_restore", "psql"])
    paths[name] = (
      await findClient({ name, atLeast: Number.parseInt(server.version, 10), folder: undefined, because: "" })
    ).path;
  for (const [what, sql] of Object.entries(data())) {
    if (only !== undefined && what !== only) continue;
    await server.create("live");
    sqlIn("live", sql);
    await server.checkpoint();
    await benchDumps(what, paths);
    await benchRestores(what, paths);
  }
} finally {
  await server.stop();
}

function data() {
  const words = `(SELECT array_agg(substr(md5(w::text), 1, 3 + w % 7)) FROM generate_series(1, 3000) w)`;
  const realistic = [1, 2, 3, 4].map(
    (table) => `
    CREATE TABLE m${table} AS
      SELECT g AS id, gen_random_uuid() AS uid, 'user' || g || '@example' || g % 50 || '.com' AS email,
        now() - random() * interval '900 days' AS at, (random() * 1e6)::numeric(10, 2) AS amount,
        (SELECT string_agg(w, ' ') FROM (SELECT words[1 + (random() * 2999)::int] AS w FROM generate_series(1, 25 + g % 10)) AS picked) AS body,
        jsonb_build_object('country', words[1 + g % 200], 'score', (random() * 1000)::int, 'tags', ARRAY[words[1 + g % 99], words[1 + g % 77]]) AS props
      FROM generate_series(1, ${thousands * 1000}) g, (SELECT ${words} AS words) w;
    ALTER TABLE m${table} ADD PRIMARY KEY (id);
    CREATE INDEX ON m${table} (email); CREATE INDEX ON m${table} (at); CREATE INDEX ON m${table} USING gin (props);`,
  );
  const compressible = `
    CREATE TABLE accounts AS SELECT g AS aid, g % 20 AS bid, 0 AS abalance, repeat(' ', 84) AS filler
      FROM generate_series(1, ${thousands * 8000}) g;
    ALTER TABLE accounts ADD PRIMARY KEY (aid);`;
  return { compressible, realistic: realistic.join("") };
}

async function benchDumps(what, { pg_dump: dump, pg_restore: restore }) {
  const url = server.url("live");
  const out = join(folder, "out");
  const jobs = Math.min(4, availableParallelism());
  const contestants = {
    "document's script: file, then gzip": shell(`"${dump}" "${url}" > ${out}/a.sql && gzip ${out}/a.sql`),
    "pg_dump | gzip": shell(`"${dump}" "${url}" | gzip > ${out}/a.sql.gz`),
    "pg_dump -Fc": [dump, "-Fc", "-f", `${out}/a.dump`, url],
    ...(existsSync("/usr/bin/zstd")
      ? { "pg_dump | zstd -T0": shell(`"${dump}" "${url}" | zstd -q -T0 > ${out}/a.sql.zst`) }
      : {}),
    [`pg_dump -Fd -j${jobs} -Z1 (what ours runs)`]: [dump, "-Fd", `-j${jobs}`, "-Z1", "-f", `${out}/d`, url],
    "… and reading it back": shell(
      `"${dump}" -Fd -j${jobs} -Z1 -f ${out}/d "${url}" && "${restore}" -f /dev/null ${out}/d`,
    ),
    "veza-db backup (counts, hashes, reading)": [
      process.execPath,
      tool,
      "backup",
      "--dir",
      `${out}/ours`,
      "--url",
      url,
    ],
  };
  const rows = await contest(contestants, out, true);
  printTable(`dump, ${what}`, ["", "s", "CPU s", "MB", "times as fast as the document's"], rows);
}

async function benchRestores(what, { pg_dump: dump, pg_restore: restore, psql }) {
  const url = server.url("live");
  const source = join(folder, "source");
  mkdirSync(source);
  execFileSync("bash", ["-c", `"${dump}" "${url}" | gzip -1 > ${source}/a.sql.gz`]);
  execFileSync(dump, ["-Fd", "-j2", "-Z1", "-f", `${source}/d`, url]);
  execFileSync(process.execPath, [tool, "backup", "--dir", `${source}/ours`, "--url", url], { cwd: folder });
  const target = server.url("copy");
  const contestants = {
    "gunzip | psql (document's script)": shell(
      `gunzip -c ${source}/a.sql.gz | "${psql}" -q -o /dev/null "${target}"`,
    ),
    "pg_restore -j2": [restore, "-j2", "-d", target, `${source}/d`],
    "pg_restore -j2, then ANALYZE": shell(
      `"${restore}" -j2 -d "${target}" ${source}/d && "${psql}" -qc ANALYZE "${target}"`,
    ),
    "veza-db restore --into (hashes, counts, ANALYZE)": [
      process.execPath,
      tool,
      "restore",
      "latest",
      "--dir",
      `${source}/ours`,
      "--into",
      "copy",
      "--jobs",
      "2",
      "--yes",
      "--url",
      url,
    ],
  };
  const rows = await contest(contestants, undefined, false);
  printTable(`restore, ${what}`, ["", "s", "CPU s", "", "times as fast as the document's"], rows);
  rmSync(source, { recursive: true });
}

/** The contestants in turn, round by round, so that what else the machine does meets them all. */
async function contest(contestants, out, isDump) {
  const best = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const [name, args] of Object.entries(contestants)) {
      if (isDump) {
        rmSync(out, { recursive: true, force: true });
        mkdirSync(out);
      } else {
        await server.drop("copy");
        if (!name.startsWith("veza-db")) await server.create("copy");
      }
      await server.checkpoint();
      const { wallMs, cpuMs } = await measure(args, { cwd: folder });
      const megabytes = isDump ? sizeOf(out) / 1e6 : Number.NaN;
      if (wallMs < (best.get(name)?.wallMs ?? Number.POSITIVE_INFINITY))
        best.set(name, { wallMs, cpuMs, megabytes });
    }
  }
  const [first] = best.values();
  return [...best].map(([name, { wallMs, cpuMs, megabytes }]) => [
    name,
    wallMs / 1000,
    cpuMs / 1000,
    megabytes,
    first.wallMs / wallMs,
  ]);
}

function shell(script) {
  return ["bash", "-c", script];
}

function sizeOf(path) {
  const { size } = statSync(path);
  return statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : size;
}

function sqlIn(database, sql) {
  const file = join(folder, "data.sql");
  writeFileSync(file, sql);
  execFileSync(server.psql, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, server.url(database)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
