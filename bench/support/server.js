/** A PostgreSQL server of the bench's own: embedded, in a folder that is deleted afterwards. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { ensureServer, stopServer } from "../../dist/dev/server.js";

/** Starts it; `settings` as on its command line. */
export async function startServer(settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), "veza-db-bench-"));
  chmodSync(folder, 0o755); // the account that root steps down to must be able to enter
  const options = { stateDir: join(folder, ".veza"), settings: { max_connections: "50", ...settings } };
  const server = await ensureServer(options);
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  const psql = [join(server.binDir, "psql"), "/usr/bin/psql"].find((path) => existsSync(path));
  return {
    folder,
    version: server.version,
    psql,
    host: server.host,
    port: server.port,
    /** The url of a database, at another port where a proxy stands between. */
    url: (database, port = server.port) => {
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      url.port = String(port);
      return url.href;
    },
    create: async (database, template = "template0") => {
      await admin.unsafe(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await admin.unsafe(`CREATE DATABASE ${database} TEMPLATE ${template}`);
    },
    drop: async (database) => {
      await admin.unsafe(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    },
    checkpoint: async () => {
      await admin.unsafe("CHECKPOINT");
    },
    stop: async () => {
      await admin.end({ timeout: 5 });
      await stopServer(options);
      rmSync(server.dataDir, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
