/** An authority and certificates, made by openssl for this run alone. */
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificates {
  /** The authority that signed both. */
  readonly ca: string;
  /** An authority that signed nothing. */
  readonly otherCa: string;
  /** For the host name `localhost`, and no address. */
  readonly serverCert: string;
  readonly serverKey: string;
  /** For the role `certified`. */
  readonly clientCert: string;
  readonly clientKey: string;
}

export function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"]);
    return true;
  } catch {
    return false;
  }
}

export function makeCertificates(folder: string): Certificates {
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void =>
    void execFileSync("openssl", [...args], { cwd: folder, stdio: "pipe" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  for (const name of ["ca", "other-ca"]) {
    openssl(
      "req",
      "-x509",
      ...newKey,
      "-days",
      "2",
      "-subj",
      `/CN=${name} of a test`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
    );
  }
  writeFileSync(path("server.ext"), "subjectAltName=DNS:localhost\n");
  writeFileSync(path("client.ext"), "extendedKeyUsage=clientAuth\n");
  for (const [name, subject] of [
    ["server", "localhost"],
    ["client", "certified"],
  ] as const) {
    openssl("req", ...newKey, "-subj", `/CN=${subject}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      `${name}.ext`,
      "-out",
      `${name}.crt`,
    );
    chmodSync(path(`${name}.key`), 0o600);
  }
  return {
    ca: path("ca.crt"),
    otherCa: path("other-ca.crt"),
    serverCert: path("server.crt"),
    serverKey: path("server.key"),
    clientCert: path("client.crt"),
    clientKey: path("client.key"),
  };
}
