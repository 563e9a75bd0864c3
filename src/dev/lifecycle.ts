/** What happens to the embedded server under the lock: it is started, stopped, or thrown away and started anew. */
import { realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { chooseAccount } from "./account.ts";
import { agreed } from "./agreed.ts";
import { chooseBinaries } from "./binaries.ts";
import { currentHome, prepareStateDir, settleHome, type Home } from "./home.ts";
import { initialiseData, inspectData } from "./initialise.ts";
import { dataDirectory, dataRoot, logFile, majorsWithData } from "./layout.ts";
import { acquireLock } from "./lock.ts";
import type { Account, Binaries, EmbeddedOptions, EmbeddedServer, StopResult } from "./model.ts";
import { pointerName, readPointer, writePointer, type Pointer } from "./pointer.ts";
import { awaitReady, startPostmaster } from "./start.ts";
import { describeServer, livePostmaster, runningServer } from "./status.ts";
import { endPostmaster } from "./stop.ts";

export async function startServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await prepareStateDir(options.stateDir);
  await using _lock = await lock(options);
  return start(options);
}

export async function stopServer(options: EmbeddedOptions): Promise<StopResult> {
  const nothing = { stopped: false, pid: undefined, dataDir: undefined };
  if ((await currentHome(options.stateDir)) === undefined) return nothing;
  await using _lock = await lock(options);
  const home = await currentHome(options.stateDir);
  return home === undefined ? nothing : stopAll(home, options);
}

export async function resetServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await prepareStateDir(options.stateDir);
  await using _lock = await lock(options);
  const pointer = await readPointer(options.stateDir).catch(() => undefined);
  if (pointer === undefined) await rm(join(options.stateDir, pointerName), { force: true });
  const { home } = await settle(options.stateDir);
  await stopAll(home, options);
  options.report?.("deleting the embedded server's data …");
  for (const major of await majorsWithData(home.folder)) await deleteData(dataDirectory(home.folder, major));
  return start(options, pointer?.major);
}

/** Under the lock: what runs is used, what is missing is made. */
async function start(options: EmbeddedOptions, habitualMajor?: number): Promise<EmbeddedServer> {
  const { stateDir } = options;
  const running = await runningServer(options);
  if (running !== undefined) return agreed(running, options.pgVersion);

  const pointer = await readPointer(stateDir);
  const { account, home } = await settle(stateDir);
  const binaries = await pickBinaries(options, home, account, pointer, habitualMajor);
  const dataDir = dataDirectory(home.folder, binaries.major);
  const found: Omit<Pointer, "port" | "pid"> = {
    id: home.id,
    stateDir: await realpath(stateDir),
    home: home.isOutside ? home.folder : null,
    ...binaries,
  };

  if ((await inspectData(dataDir, binaries.major)) === "absent") {
    options.report?.(
      `initialising PostgreSQL ${binaries.version} under ${home.isOutside ? home.folder : ".veza/"} …`,
    );
    await initialiseData({ dataDir, binaries, account, signal: options.signal });
  } else if ((await livePostmaster(dataDir)) !== undefined) {
    const ready = await awaitReady(dataDir, options.signal);
    if (ready !== undefined) {
      await writePointer(stateDir, { ...found, port: ready.port, pid: ready.pid });
      const adopted = await runningServer(options);
      if (adopted !== undefined) return adopted;
    }
  }
  options.report?.(`starting PostgreSQL ${binaries.version} …`);
  const postmaster = await startPostmaster({
    binaries,
    dataDir,
    logFile: logFile(home.folder, binaries.major),
    account,
    wishedPort: pointer?.port,
    settings: options.settings ?? {},
    signal: options.signal,
  });
  const written = { ...found, port: postmaster.port, pid: postmaster.pid };
  await writePointer(stateDir, written);
  return describeServer(written, home.folder, postmaster, true);
}

/** Who runs the server, and where. */
async function settle(stateDir: string): Promise<{ account: Account | undefined; home: Home }> {
  const account = await chooseAccount(dataRoot((await currentHome(stateDir))?.folder ?? stateDir));
  return { account, home: await settleHome(stateDir, account) };
}

/** The major asked for, else that of the data which is there, else that of before a reset if it is still at hand. */
async function pickBinaries(
  options: EmbeddedOptions,
  home: Home,
  account: Account | undefined,
  pointer: Pointer | undefined,
  habitualMajor: number | undefined,
): Promise<Binaries> {
  const wish = {
    binDir: options.binDir,
    binariesDir: options.binariesDir ?? join(options.stateDir, "binaries"),
    home: home.folder,
    account,
    report: options.report ?? (() => {}),
    signal: options.signal,
  };
  const present = await majorsWithData(home.folder);
  const ofData = pointer !== undefined && present.includes(pointer.major) ? pointer.major : present[0];
  const major = options.pgVersion ?? ofData;
  if (major !== undefined || habitualMajor === undefined) return chooseBinaries({ ...wish, major });
  return chooseBinaries({ ...wish, major: habitualMajor }).catch(() =>
    chooseBinaries({ ...wish, major: undefined }),
  );
}

async function stopAll(home: Home, options: EmbeddedOptions): Promise<StopResult> {
  let result: StopResult = { stopped: false, pid: undefined, dataDir: undefined };
  for (const major of await majorsWithData(home.folder)) {
    const dataDir = dataDirectory(home.folder, major);
    const pid = await endPostmaster(dataDir, { report: options.report });
    if (pid !== undefined) result = { stopped: true, pid, dataDir };
  }
  return result;
}

/** Renamed first, so that a deletion that is cut short leaves no half-deleted data. */
async function deleteData(dataDir: string): Promise<void> {
  const doomed = `${dataDir}.old-${process.pid}`;
  await rename(dataDir, doomed);
  await rm(doomed, { recursive: true, force: true, maxRetries: 10 });
}

function lock(options: EmbeddedOptions): Promise<AsyncDisposable> {
  return acquireLock(options.stateDir, {
    signal: options.signal,
    onWait: (pid) => options.report?.(`waiting for another veza-db (process ${pid}) …`),
  });
}
