/** The tools that are compared, at fixed versions, installed for the bench alone. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Those that migrate. */
const versions = {
  dbmate: "2.36.0",
  "graphile-migrate": "1.4.1",
  "node-pg-migrate": "9.0.0",
  "postgres-migrations": "5.3.0",
};

/** Those that compare schemas. */
const differs = { "@pgkit/migra": "0.6.1", "@supabase/pg-delta": "1.0.0-alpha.34" };

const root = fileURLToPath(new URL("../..", import.meta.url));
const cache = join(root, "node_modules", ".cache", "veza-db");
const folder = join(cache, "bench-tools");

/** postgres-migrations has no command: the smallest program around it. */
const runPostgresMigrations = `
const { migrate } = require("postgres-migrations");
const url = new URL(process.env.DATABASE_URL);
const database = { host: url.hostname, port: Number(url.port), user: url.username, password: url.password || "-", database: url.pathname.slice(1) };
migrate(database, "migrations").catch((error) => { console.error(error); process.exitCode = 1; });
`;

/** Installs them where they are not yet; a bench run later finds them there. */
function install(dependencies, folder) {
  const manifest = JSON.stringify({ private: true, dependencies });
  const file = join(folder, "package.json");
  if (existsSync(join(folder, "node_modules")) && readFileSync(file, "utf8") === manifest) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, manifest);
  console.log(
    `installing ${Object.entries(dependencies)
      .map((pair) => pair.join(" "))
      .join(", ")} …`,
  );
  execFileSync("npm", ["install", "--no-fund", "--no-audit", "--silent"], { cwd: folder, stdio: "inherit" });
}

/** The command of each tool that applies what is pending; all take the database from DATABASE_URL. */
export function installTools() {
  install(versions, folder);
  const bin = (...path) => join(folder, "node_modules", ...path);
  const node = process.execPath;
  writeFileSync(join(folder, "postgres-migrations.cjs"), runPostgresMigrations);
  return [
    tool("veza-db", "ours", [node, join(root, "bin", "veza-db.js"), "migrate"]),
    tool("dbmate", versions.dbmate, [
      node,
      bin("dbmate", "dist", "cli.js"),
      "--no-dump-schema",
      "--migrations-dir",
      "migrations",
      "migrate",
    ]),
    tool("node-pg-migrate", versions["node-pg-migrate"], [
      node,
      bin("node-pg-migrate", "bin", "node-pg-migrate.js"),
      "up",
      "--no-verbose",
    ]),
    tool("graphile-migrate", versions["graphile-migrate"], [
      node,
      bin("graphile-migrate", "dist", "cli.js"),
      "migrate",
    ]),
    tool("postgres-migrations", versions["postgres-migrations"], [
      node,
      join(folder, "postgres-migrations.cjs"),
    ]),
  ];
}

/** What compares two databases: by name, the command line for two urls. */
export function installDiffers() {
  const home = join(cache, "bench-differs");
  install(differs, home);
  const bin = (name) => join(home, "node_modules", ".bin", name);
  return {
    "veza-db diff": (from, to) => [process.execPath, join(root, "bin", "veza-db.js"), "diff", from, to],
    "veza-db diff --untried": (from, to) => [
      process.execPath,
      join(root, "bin", "veza-db.js"),
      ...["diff", from, to, "--untried"],
    ],
    [`@pgkit/migra ${differs["@pgkit/migra"]}`]: (from, to) => [bin("migra"), from, to, "--unsafe"],
    [`@supabase/pg-delta ${differs["@supabase/pg-delta"]}`]: (from, to) => [
      bin("pgdelta"),
      ...["diff", "--source", from, "--desired", to],
    ],
  };
}

function tool(name, version, args) {
  return {
    name,
    shown: version === "ours" ? name : `${name} ${version}`,
    args,
    database: name.replaceAll("-", "_"),
  };
}

/** What the tools read from their environment. */
export function toolEnvironment(url) {
  // dbmate asks for TLS unless the url says otherwise.
  const plain = `${url}?sslmode=disable`;
  // graphile-migrate wants three databases named, and uses one here.
  const others = { SHADOW_DATABASE_URL: `${plain}&shadow=1`, ROOT_DATABASE_URL: `${plain}&root=1` };
  return { DATABASE_URL: plain, ...others };
}
