/** The servers that tests can run on: one that is given, one in a container, or one of the tool's own kind. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { majorOf } from "../../src/dev/model.ts";
import { ensureServer, stopServer } from "../../src/dev/server.ts";
import type { TestServer } from "./provided.ts";

export interface StartedServer {
  readonly server: TestServer;
  stop(): Promise<void>;
}

/**
 * Data here is thrown away: nothing waits for a disk. Thousands of tests share the statistics of statements, where one
 * that was called once is the first to go.
 */
const careless = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  "pg_stat_statements.max": "100000",
};

/** Majors that had to be fetched are kept for the next run. */
export const binariesDir = fileURLToPath(
  new URL("../../node_modules/.cache/veza-db/binaries", import.meta.url),
);

export async function startServer(runFolder: string, report: (line: string) => void): Promise<StartedServer> {
  const url = process.env["VEZA_TEST_URL"];
  if (url !== undefined && url !== "") {
    return { server: { url, ...(await askVersion(url)), kind: "given", binDir: null }, stop: async () => {} };
  }
  const major = wishedMajor();
  if (process.env["VEZA_TEST_SERVER"] === "docker") {
    const container = await startContainer(major, report);
    if (container !== undefined) return container;
  }
  return startEmbedded(runFolder, major, report);
}

/** The major that VEZA_TEST_PG names. */
export function wishedMajor(): number | undefined {
  const text = process.env["VEZA_TEST_PG"];
  return text === undefined || text === "" ? undefined : Number(text);
}

async function startEmbedded(
  runFolder: string,
  pgVersion: number | undefined,
  report: (line: string) => void,
): Promise<StartedServer> {
  const options = {
    stateDir: join(runFolder, "server", ".veza"),
    pgVersion,
    binariesDir,
    settings: careless,
    report,
  };
  try {
    const { url, version, major, binDir } = await ensureServer(options);
    return {
      server: { url, version, major, kind: "embedded", binDir },
      stop: async () => {
        await stopServer(options);
      },
    };
  } catch (error) {
    await stopServer(options).catch(() => {});
    throw error;
  }
}

async function startContainer(
  major: number | undefined,
  report: (line: string) => void,
): Promise<StartedServer | undefined> {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import("testcontainers");
  try {
    await getContainerRuntimeClient();
  } catch {
    report("no Docker engine answers; using embedded binaries instead");
    return undefined;
  }
  const settings = Object.entries({ ...careless, shared_preload_libraries: "pg_stat_statements" });
  const container = await new GenericContainer(`postgres:${major ?? 18}`)
    .withEnvironment({ POSTGRES_PASSWORD: "test" })
    .withCommand(["postgres", ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .start();
  try {
    const url = `postgres://postgres:test@${container.getHost()}:${container.getMappedPort(5432)}/postgres`;
    return {
      server: { url, ...(await askVersion(url)), kind: "docker", binDir: null },
      stop: async () => {
        await container.stop();
      },
    };
  } catch (error) {
    await container.stop();
    throw error;
  }
}

async function askVersion(url: string): Promise<{ version: string; major: number }> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql<{ server_version: string }[]>`SHOW server_version`;
    const version = row?.server_version.split(" ")[0] ?? "";
    return { version, major: majorOf(version) ?? 0 };
  } finally {
    await sql.end({ timeout: 5 });
  }
}
