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
import { isPostgres } from "./tenant.ts";

export async function startServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await prepareStateDir(options.stateDir);
  await using _lock = await lock(options);
  return await start(options);
}

export async function stopServer(options: EmbeddedOptions): Promise<StopResult> {
  const nothing = { stopped: false, pid: undefined, dataDir: undefined };
  if ((await currentHome(options.stateDir)) === undefined) return nothing;
  await using _lock = await lock(options);
  const home = await currentHome(options.stateDir);
  return home === undefined ? nothing : await stopAll(home, options);
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
  return await start(options, pointer?.major);
}

/** Under the lock: what runs is used, what is missing is made. */
async function start(options: EmbeddedOptions, habitualMajor?: number): Promise<EmbeddedServer> {
  const { report = () => {}, signal, stateDir } = options;
  const running = await runningServer(options);
  if (running !== undefined) return agreed(running, options.pgVersion);

  const pointer = await readPointer(stateDir);
  const { account, home } = await settle(stateDir);
  const living = await livingMajor(home.folder);
  const binaries = await pickBinaries(options, home, account, { pointer, living, habitualMajor });
  const dataDir = dataDirectory(home.folder, living ?? binaries.major);
  const whole = (await inspectData(dataDir, living ?? binaries.major)) === "whole";
  const found = {
    id: home.id,
    stateDir: await realpath(stateDir),
    home: home.isOutside ? home.folder : null,
  };
  // Before anything lies in the home, something points to it.
  const draft: Pointer = { ...found, ...binaries, port: pointer?.port ?? 0, pid: 0 };
  await writePointer(stateDir, draft);

  if (living !== undefined) {
    const ready = await awaitReady(dataDir, signal);
    if (ready !== undefined) await writePointer(stateDir, { ...draft, port: ready.port, pid: ready.pid });
    const adopted = await runningServer(options);
    if (adopted !== undefined) return agreed(adopted, options.pgVersion);
  }
  if (!whole) {
    report(`initialising PostgreSQL ${binaries.version} under ${home.isOutside ? home.folder : ".veza/"} …`);
    await initialiseData({ dataDir, binaries, account, signal });
  }
  report(`starting PostgreSQL ${binaries.version} …`);
  const postmaster = await startPostmaster({
    binaries,
    dataDir,
    logFile: logFile(home.folder, binaries.major),
    account,
    wishedPort: pointer?.port,
    settings: options.settings ?? {},
    signal,
  });
  const written = { ...draft, port: postmaster.port, pid: postmaster.pid };
  await writePointer(stateDir, written);
  return describeServer(written, home.folder, postmaster, true);
}

/** The major of a server that lives in a home though the fast path did not find it: one that still recovers, or has lost its pointer. */
async function livingMajor(home: string): Promise<number | undefined> {
  for (const major of await majorsWithData(home)) {
    const dataDir = dataDirectory(home, major);
    const postmaster = await livePostmaster(dataDir);
    if (postmaster !== undefined && (await isPostgres(postmaster.pid, dataDir))) return major;
  }
  return undefined;
}

/** Who runs the server, and where. */
async function settle(stateDir: string): Promise<{ account: Account | undefined; home: Home }> {
  const account = await chooseAccount(dataRoot((await currentHome(stateDir))?.folder ?? stateDir));
  return { account, home: await settleHome(stateDir, account) };
}

interface MajorHints {
  readonly pointer: Pointer | undefined;
  /** That of a server that lives. */
  readonly living: number | undefined;
  /** That of before a reset, kept if it is at hand. */
  readonly habitualMajor: number | undefined;
}

/** The programs of the major asked for, else of the data that is there. */
async function pickBinaries(
  options: EmbeddedOptions,
  home: Home,
  account: Account | undefined,
  { habitualMajor, living, pointer }: MajorHints,
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
  const major = living ?? options.pgVersion ?? ofData;
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
