/**
 * The folder of one test run: servers, projects and the home that the tool under test sees all lie in it, so that
 * whatever a killed run leaves behind is found by the next one, stopped and deleted.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parsePointer, pointerName, readPointer } from "../../src/dev/pointer.ts";
import { stopServer } from "../../src/dev/server.ts";

const prefix = "veza-db-test-";

export async function makeRunFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await chmod(folder, 0o755); // the account that root steps down to must be able to enter
  return folder;
}

/** Stops every embedded server of a run, then deletes its folder. */
export async function removeRunFolder(folder: string): Promise<void> {
  for (const project of await projectsIn(folder)) await removeProject(project);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Stops the embedded server of a project, if it has one, and deletes the folder, data outside it included. */
export async function removeProject(project: string): Promise<void> {
  const stateDir = join(project, ".veza");
  const pointer = await readPointer(stateDir).catch(() => undefined);
  await stopServer({ stateDir }).catch(() => {});
  if (typeof pointer?.home === "string")
    await rm(pointer.home, { recursive: true, force: true, maxRetries: 10 });
  await rm(project, { recursive: true, force: true, maxRetries: 10 });
}

/**
 * The last thing that an interrupted run can do, at once and without waiting: tell its servers to stop. What lies on
 * the disk the next run deletes.
 */
export function abandonRunFolder(folder: string): void {
  for (const name of readdirSync(folder)) {
    try {
      const pointer = parsePointer(readFileSync(join(folder, name, ".veza", pointerName), "utf8"), name);
      const data = join(pointer.home ?? join(folder, name, ".veza"), "postgres", String(pointer.major));
      const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
      if (pid > 0) process.kill(pid, "SIGINT");
    } catch {
      continue; // no server there
    }
  }
}

/** Deletes what runs left whose process is dead. */
export async function removeDeadRuns(): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split("-")[0]) : Number.NaN;
    if (!Number.isSafeInteger(pid) || pid <= 0 || isAlive(pid)) continue;
    const folder = join(tmpdir(), name);
    if ((await stat(folder)).uid !== process.getuid?.()) continue;
    await removeRunFolder(folder);
    removed.push(folder);
  }
  return removed;
}

async function projectsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name)).filter((project) => existsSync(join(project, ".veza")));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
