/** Is the embedded server running? The fast path of every command: two small files, one signal, one connection. */
import { isSystemError } from "../kernel/error.ts";
import { dataDirectory, homeOf, logFile } from "./layout.ts";
import { databaseName, superuser, type EmbeddedOptions, type EmbeddedServer } from "./model.ts";
import { readPointer, type Pointer } from "./pointer.ts";
import { portAccepts, processAt, readPostmasterFile, type PostmasterFile } from "./postmaster.ts";

/** The running server of a state folder, whatever its version; undefined when there is none that takes connections. */
export async function runningServer(options: EmbeddedOptions): Promise<EmbeddedServer | undefined> {
  const pointer = await readPointer(options.stateDir);
  const home = pointer === undefined ? undefined : await homeOf(options.stateDir, pointer);
  if (pointer === undefined || home === undefined) return undefined;
  const dataDir = dataDirectory(home, pointer.major);
  const postmaster = await livePostmaster(dataDir, pointer);
  if (postmaster === undefined || postmaster.status !== "ready" || !(await portAccepts(postmaster.port)))
    return undefined;
  return describeServer(pointer, home, postmaster, false);
}

/** The postmaster of a data directory if it lives, in whatever state. */
export async function livePostmaster(
  dataDir: string,
  pointer?: Pointer,
): Promise<PostmasterFile | undefined> {
  let file: PostmasterFile | undefined;
  try {
    file = await readPostmasterFile(dataDir);
  } catch (error) {
    // Another user's data directory, which root may have left to us to use: the pointer says where it listens.
    if (!isSystemError(error, "EACCES") || pointer === undefined) throw error;
    file = { pid: pointer.pid, port: pointer.port, status: "ready" };
  }
  if (file === undefined) return undefined;
  const tenant = await processAt(file.pid, dataDir);
  return tenant === "gone" || tenant === "other" ? undefined : file;
}

export function describeServer(
  pointer: Pointer,
  home: string,
  postmaster: PostmasterFile,
  started: boolean,
): EmbeddedServer {
  const { binDir, major, source, version } = pointer;
  return {
    url: `postgres://${superuser}@127.0.0.1:${postmaster.port}/${databaseName}`,
    host: "127.0.0.1",
    port: postmaster.port,
    version,
    major,
    binDir,
    source,
    dataDir: dataDirectory(home, major),
    logFile: logFile(home, major),
    pid: postmaster.pid,
    started,
    user: superuser,
    database: databaseName,
  };
}
