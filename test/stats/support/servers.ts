/** Servers of a test's own, for what the shared one cannot be: other settings, no preloaded extension, a standby. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { ensureServer, stopServer } from "../../../src/dev/server.ts";
import { binariesDir, wishedMajor } from "../../support/servers.ts";

export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly sql: postgres.Sql;
}

/** Starts one with these settings on top of the embedded server's own. */
export async function startOwnServer(settings: Readonly<Record<string, string>>): Promise<OwnServer> {
  const folder = await mkdtemp(join(inject("run").folder, "own-"));
  const options = {
    stateDir: join(folder, ".veza"),
    pgVersion: wishedMajor(),
    binariesDir,
    settings: { fsync: "off", synchronous_commit: "off", ...settings },
    report: () => {},
  };
  const { url } = await ensureServer(options);
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  return {
    url,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 5 });
      await stopServer(options);
    },
  };
}
