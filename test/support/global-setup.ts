/** Once per run: chooses the server that the tests run on, says which, and leaves nothing behind. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { dropRunDatabases } from "./database-names.ts";
import { abandonRunFolder, makeRunFolder, removeDeadRuns, removeRunFolder } from "./run-folder.ts";
import { startServer } from "./servers.ts";

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const dead of await removeDeadRuns()) say(`removed what a killed run left in ${dead}`);
  const folder = await makeRunFolder();
  const abandon = (): void => abandonRunFolder(folder);
  process.once("exit", abandon);
  try {
    await mkdir(join(folder, "home"));
    const started = await startServer(folder, say);
    const { server } = started;
    say(`PostgreSQL ${server.version} (${server.kind}${server.binDir === null ? "" : `, ${server.binDir}`})`);
    // The time first: databases of runs that were killed long ago are known by it.
    const id = `${Math.floor(Date.now() / 1000).toString(36)}${randomBytes(3).toString("hex")}`;
    project.provide("server", server);
    project.provide("run", { id, folder });
    return async () => {
      try {
        if (server.kind === "given") await dropRunDatabases(server.url, id);
      } finally {
        await started.stop();
        process.off("exit", abandon);
        await removeRunFolder(folder);
      }
    };
  } catch (error) {
    process.off("exit", abandon);
    await removeRunFolder(folder);
    throw error;
  }
}

function say(line: string): void {
  process.stderr.write(`test server: ${line}\n`);
}
