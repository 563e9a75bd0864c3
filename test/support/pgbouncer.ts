/**
 * A real PgBouncer in front of the server under test: the machine's own, or Debian's package unpacked into a cache of
 * ours, which needs no root and changes nothing on the machine.
 */
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inject } from "vitest";

export type PoolMode = "session" | "transaction" | "statement";

export interface Pooler extends AsyncDisposable {
  /** The same url, through the pooler. */
  through(url: string): string;
}

export interface PoolerProgram {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../node_modules/.cache/veza-db/pgbouncer", import.meta.url));
const packages = ["pgbouncer", "libc-ares2", "libevent-2.1-7"];

/** Where PgBouncer is, or why there is none. */
export async function findPgBouncer(): Promise<PoolerProgram | { readonly missing: string }> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  const installed = folders.map((folder) => join(folder, "pgbouncer")).find((file) => existsSync(file));
  if (installed !== undefined) return { file: installed, env: {} };
  try {
    if (!existsSync(cache)) await unpack();
    const libraries = (await readdir(join(cache, "usr/lib"))).map((name) => join(cache, "usr/lib", name));
    return { file: join(cache, "usr/sbin/pgbouncer"), env: { LD_LIBRARY_PATH: libraries.join(delimiter) } };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { missing: `no PgBouncer: none is installed, and Debian's package cannot be fetched (${why})` };
  }
}

async function unpack(): Promise<void> {
  const draft = `${cache}.${process.pid}`;
  await mkdir(join(draft, "packages"), { recursive: true });
  try {
    // Downloaded only; apt wants to hand the work to an account that may not enter our folder, and says so on stderr.
    await run("apt-get", ["download", "-q", ...packages], { cwd: join(draft, "packages") });
    for (const file of await readdir(join(draft, "packages"))) {
      await run("dpkg-deb", ["-x", join(draft, "packages", file), draft]);
    }
    await rm(join(draft, "packages"), { recursive: true });
    // Another worker may have been quicker.
    await rename(draft, cache).catch((error: unknown) => {
      if (!existsSync(cache)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Starts a PgBouncer in front of the server of a url. */
export async function startPgBouncer(program: PoolerProgram, url: string, mode: PoolMode): Promise<Pooler> {
  const server = new URL(url);
  const folder = await mkdtemp(join(inject("run").folder, "pgbouncer-"));
  const port = await freePort();
  const target = [
    `host=${server.hostname}`,
    `port=${server.port === "" ? 5432 : server.port}`,
    `user=${decodeURIComponent(server.username)}`,
    ...(server.password === "" ? [] : [`password=${decodeURIComponent(server.password)}`]),
  ];
  const config = [
    "[databases]",
    `* = ${target.join(" ")}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = any",
    `pool_mode = ${mode}`,
    "default_pool_size = 4",
    "server_login_retry = 0",
  ];
  const file = join(folder, "pgbouncer.ini");
  await writeFile(file, `${config.join("\n")}\n`);
  await chmod(folder, 0o755);
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn(program.file, [...account, file], {
    env: { PATH: process.env["PATH"] ?? "", ...program.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  const deadline = Date.now() + 10_000;
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`PgBouncer does not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    through: (other) => {
      const moved = new URL(other);
      moved.host = `127.0.0.1:${port}`;
      return moved.href;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
