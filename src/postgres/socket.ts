import { readFileSync } from "node:fs";
import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { VezaError, messageOf } from "../kernel/error.ts";
import type { Target } from "./target.ts";

/** PostgreSQL's SSLRequest message: length 8, code 80877103. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Opens the transport of a connection: TCP or Unix socket, then TLS as the target's sslmode says. The driver gets a
 * socket that is ready, so that every failure on the way has its own clear error.
 */
export async function openSocket(target: Target, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  try {
    return await openAs(target, timeoutMs, signal);
  } catch (error) {
    // As in libpq: what only prefers TLS does without it where the server offers it and then cannot.
    const isOptional = target.sslMode === "prefer" || target.sslMode === "allow";
    if (!isOptional || !(error instanceof VezaError) || error.code !== "connection.tls-failed") throw error;
    return openAs({ ...target, sslMode: "disable" }, timeoutMs, signal);
  }
}

async function openAs(target: Target, timeoutMs: number, signal: AbortSignal | undefined): Promise<Socket> {
  const plain = target.host.startsWith("/")
    ? connectTcp(join(target.host, `.s.PGSQL.${target.port}`))
    : connectTcp(target.port, target.host);
  // Between two steps nobody else listens, and an error that nobody hears ends the process.
  plain.on("error", () => {});
  const stop = (): unknown => plain.destroy(timedOut());
  const timer = timeoutMs === 0 ? undefined : setTimeout(stop, timeoutMs);
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    await connected(plain);
    return await secure(plain, target);
  } catch (error) {
    plain.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

async function secure(plain: Socket, target: Target): Promise<Socket> {
  if (target.sslMode === "disable" || target.host.startsWith("/")) return plain;
  const answer = await askForTls(plain);
  if (answer === "S") return upgrade(plain, target);
  // A server too busy to start a session answers with an error at once.
  if (answer === "E") throw closedAtOnce();
  if (answer !== "N") {
    throw new VezaError({
      code: "connection.not-postgres",
      ending: "environment",
      message: `What listens at ${target.host}:${target.port} does not speak PostgreSQL's protocol.`,
      hint: "Mend host and port in the connection string.",
    });
  }
  if (target.sslMode === "prefer" || target.sslMode === "allow") return plain;
  throw new VezaError({
    code: "connection.tls-unsupported",
    ending: "environment",
    message: `The server at ${target.host}:${target.port} does not speak TLS, and sslmode=${target.sslMode} requires it.`,
    hint: "Turn ssl on in the server's postgresql.conf, or connect with sslmode=disable on a network that you trust.",
  });
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setNoDelay(true);
      resolve();
    });
  });
}

function timedOut(): Error {
  return Object.assign(new Error("the server did not answer in time"), { code: "ETIMEDOUT" });
}

function askForTls(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const closed = (): void => reject(closedAtOnce());
    socket.once("error", reject);
    socket.once("close", closed);
    socket.once("data", (answer: Buffer) => {
      socket.off("error", reject);
      socket.off("close", closed);
      resolve(answer.toString("latin1", 0, 1));
    });
    socket.write(sslRequest);
  });
}

function closedAtOnce(): Error {
  return Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
}

async function upgrade(plain: Socket, target: Target): Promise<Socket> {
  const { checkServerIdentity, connect } = await import("node:tls");
  // As in libpq, `require` verifies the authority too where a root certificate is at hand.
  const isRequired = target.sslMode === "require" && target.sslRootCert !== undefined;
  const isVerified = isRequired || target.sslMode === "verify-ca" || target.sslMode === "verify-full";
  const root = isVerified ? readRootCertificates(target) : undefined;
  const secured = connect({
    socket: plain,
    ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    ...(root === undefined ? {} : { ca: root }),
    ...(target.sslCert === undefined
      ? {}
      : { cert: readCertificate(target.sslCert, "client certificate", "sslcert") }),
    ...(target.sslKey === undefined ? {} : { key: readCertificate(target.sslKey, "client's key", "sslkey") }),
    rejectUnauthorized: isVerified,
    // verify-ca trusts the authority and does not compare the name, as in libpq.
    checkServerIdentity: (_name, certificate) =>
      target.sslMode === "verify-full" ? checkServerIdentity(target.host, certificate) : undefined,
  });
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(tlsFailure(error, target));
    const closed = (): void => failed(closedAtOnce());
    secured.once("error", failed);
    secured.once("close", closed);
    secured.once("secureConnect", () => {
      secured.off("error", failed);
      secured.off("close", closed);
      resolve(secured);
    });
  });
}

/** The certificates to trust: those of the file; where none is named, or for `system`, Node's own. */
function readRootCertificates({ sslRootCert }: Target): Buffer | undefined {
  if (sslRootCert === undefined || sslRootCert === "system") return undefined;
  return readCertificate(sslRootCert, "root certificate", "sslrootcert");
}

function readCertificate(path: string, what: string, parameter: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new VezaError({
      code: "connection.certificate",
      ending: "environment",
      message: `The ${what} ${path} cannot be read.`,
      detail: messageOf(error),
      hint: `Name it with ${parameter}=<path> in the connection string.`,
      cause: error,
    });
  }
}

function tlsFailure(error: Error, target: Target): VezaError {
  return new VezaError({
    code: "connection.tls-failed",
    ending: "environment",
    message: `TLS with ${target.host}:${target.port} failed under sslmode=${target.sslMode}: ${error.message}.`,
    hint: "Name the authority with sslrootcert=<path>; the host in the connection string must be the certificate's.",
    cause: error,
  });
}
