/** A server of the test's own, with TLS, passwords, a Unix socket and, where the machine has it, IPv6. */
import {
  chownSync,
  copyFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { ensureServer, stopServer } from "../../../src/dev/server.ts";
import type { Certificates } from "./certificates.ts";

export interface OwnServer extends AsyncDisposable {
  readonly port: number;
  readonly database: string;
  readonly socketFolder: string;
  readonly hasIpv6: boolean;
  readonly sql: postgres.Sql;
}

/** What a password may hold, and what has to be escaped in every way to write it. */
export const oddPassword = "p@ss:w/rd?#&=%20 'x\\y\"ü";

/** Passwords for `locked`, certificates for `certified`, trust for the rest: which rule holds shows what got through. */
const rules = `
hostssl all certified 127.0.0.1/32 cert
host all locked all scram-sha-256
local all locked scram-sha-256
hostssl all onlytls all trust
hostnossl all onlytls all reject
`;

export async function startOwnServer(certificates: Certificates | undefined): Promise<OwnServer> {
  const folder = join(inject("run").folder, "own-server");
  const socketFolder = join(folder, "socket");
  mkdirSync(socketFolder, { recursive: true });
  chmodSync(socketFolder, 0o777);
  const hasIpv6 = Object.values(networkInterfaces()).some(
    (addresses) => addresses?.some(({ address }) => address === "::1") === true,
  );
  const options = {
    stateDir: join(folder, ".veza"),
    pgVersion: inject("server").major,
    settings: {
      fsync: "off",
      listen_addresses: hasIpv6 ? "127.0.0.1,::1" : "127.0.0.1",
      unix_socket_directories: socketFolder,
      password_encryption: "scram-sha-256",
    },
  };
  const { url, port, database, dataDir } = await ensureServer(options);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const hba = join(dataDir, "pg_hba.conf");
  writeFileSync(
    hba,
    `${rules}${readFileSync(hba, "utf8")}\nhost all all ::1/128 trust\nlocal all all trust\n`,
  );
  if (certificates !== undefined) await turnTlsOn(sql, dataDir, certificates);
  await sql`SELECT pg_reload_conf()`;
  await sql.unsafe(`CREATE ROLE locked LOGIN PASSWORD '${oddPassword.replaceAll("'", "''")}'`);
  await sql
    .unsafe("CREATE ROLE certified LOGIN; CREATE ROLE onlytls LOGIN; CREATE ROLE anyone LOGIN")
    .simple();
  return {
    port,
    database,
    socketFolder,
    hasIpv6,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 1 });
      await stopServer(options);
    },
  };
}

/** The server reads its key only where nobody else can: beside its data, as its owner's. */
async function turnTlsOn(
  sql: postgres.Sql,
  dataDir: string,
  { ca, serverCert, serverKey }: Certificates,
): Promise<void> {
  const { uid, gid } = statSync(dataDir);
  for (const [from, name] of [
    [ca, "root.crt"],
    [serverCert, "server.crt"],
    [serverKey, "server.key"],
  ] as const) {
    copyFileSync(from, join(dataDir, name));
    chmodSync(join(dataDir, name), 0o600);
    chownSync(join(dataDir, name), uid, gid);
  }
  await sql`ALTER SYSTEM SET ssl = on`;
  await sql`ALTER SYSTEM SET ssl_ca_file = 'root.crt'`;
}
