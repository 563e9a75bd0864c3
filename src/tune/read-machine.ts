import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss, serverErrorOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { findMachine } from "./machine.ts";
import type { ReadFile } from "./machine.ts";
import type { Machine } from "./model.ts";
import { readWalDisk } from "./read-wal-disk.ts";

/** What the caller says of the machine, over what can be read. */
export interface GivenMachine {
  readonly ramBytes: number | undefined;
  readonly cpus: number | undefined;
}

/**
 * The machine that the server runs on, read through the server: never the one that this tool runs on. Throws
 * `tune.machine-unknown` when neither the server nor the caller says it.
 */
export async function readMachine(
  db: Db,
  given: GivenMachine,
): Promise<Machine & { readonly seenRam: number | null }> {
  const found = await findMachine(fileReader(db));
  const ram = given.ramBytes === undefined ? found.ram : { value: given.ramBytes, source: "--ram" };
  const cpus = given.cpus === undefined ? found.cpus : { value: given.cpus, source: "--cpu" };
  if (ram === undefined || cpus === undefined) throw unknown(ram === undefined, cpus === undefined);
  return {
    ram,
    cpus,
    hugePageBytes: found.hugePageBytes,
    sharedMemoryBytes: found.sharedMemoryBytes,
    walDisk: await readWalDisk(db),
    seenRam: found.ram?.value ?? null,
  };
}

/** Files of the server's machine. What the role may not read, or is no file, is not there. */
function fileReader(db: Db): ReadFile {
  let isDenied = false;
  return async (path) => {
    if (isDenied) return undefined;
    try {
      const [row] = await db.query<{ text: string | null }>(loadSql(import.meta.url, "./sql/read-file.sql"), [
        path,
      ]);
      return row?.text ?? undefined;
    } catch (error) {
      const server = serverErrorOf(error);
      if (server === undefined || isConnectionLoss(error)) throw error;
      if (server.sqlstate === "42501") isDenied = true;
      return undefined;
    }
  };
}

function unknown(lacksRam: boolean, lacksCpus: boolean): VezaError {
  const flags = [...(lacksRam ? ["--ram 16GB"] : []), ...(lacksCpus ? ["--cpu 4"] : [])].join(" ");
  return new VezaError({
    code: "tune.machine-unknown",
    ending: "environment",
    message: "The server does not say how much memory and how many processors its machine has.",
    detail:
      "/proc and the control groups are read through the server, which takes a superuser, or EXECUTE on pg_read_file with pg_read_server_files, on Linux.\nThe machine that veza-db runs on says nothing of the server's.",
    hint: `veza-db tune ${flags} (with the figures of the server's machine)`,
    state: "Nothing was changed.",
  });
}
