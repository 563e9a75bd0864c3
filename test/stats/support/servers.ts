/** Servers of a test's own, for what the shared one cannot be: other settings, no preloaded extension, a standby. */
import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { ensureServer, stopServer } from "../../../src/dev/server.ts";
import { binariesDir, wishedMajor } from "../../support/servers.ts";

export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly sql: postgres.Sql;
  /** Stops it and starts it again as a standby that follows nobody. */
  restartAsStandby(): Promise<void>;
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
    restartAsStandby: async () => {
      await sql.end({ timeout: 5 });
      await stopServer(options);
      await writeFile(join(await dataDirOf(options.stateDir), "standby.signal"), "");
      const again = await ensureServer(options);
      if (again.url !== url) throw new Error("the server came back at another place");
    },
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 5 });
      await stopServer(options);
    },
  };
}

async function dataDirOf(stateDir: string): Promise<string> {
  const { readPointer } = await import("../../../src/dev/pointer.ts");
  const pointer = await readPointer(stateDir);
  const home = join(typeof pointer?.home === "string" ? pointer.home : stateDir, "postgres");
  const [major = ""] = await readdir(home);
  return join(home, major);
}
