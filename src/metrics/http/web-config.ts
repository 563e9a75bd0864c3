import { readFileSync } from "node:fs";
import type { SecureVersion } from "node:tls";
import { messageOf } from "../../kernel/error.ts";
import { parseBcrypt } from "./bcrypt.ts";
import { badWebConfig, parseYaml } from "./yaml.ts";
import type { Yaml, YamlMap } from "./yaml.ts";

export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
  /** `request`: a client's certificate is asked for and not looked at. */
  readonly clientAuth: "none" | "request" | "verify";
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
}

export interface WebConfig {
  readonly tls: TlsConfig | undefined;
  /** bcrypt hashes by name. */
  readonly users: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

const versions: Readonly<Record<string, SecureVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};
const clientAuths: Readonly<Record<string, TlsConfig["clientAuth"]>> = {
  NoClientCert: "none",
  RequestClientCert: "request",
  RequireAndVerifyClientCert: "verify",
};

/** Throws `metrics.bad-web-config`: what is not understood could be what protects. */
export function readWebConfig(path: string): WebConfig {
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw badWebConfig(path, messageOf(error));
  }
  const root = parseYaml(content, path);
  onlyKeys(path, "", root, ["tls_server_config", "http_server_config", "basic_auth_users"]);
  const http = mapAt(path, root, "http_server_config");
  onlyKeys(path, "http_server_config.", http, ["http2", "headers"]);
  const users = textsIn(path, mapAt(path, root, "basic_auth_users"), "basic_auth_users");
  for (const [name, hash] of Object.entries(users)) {
    if (parseBcrypt(hash) === undefined)
      throw badWebConfig(path, `the password of ${name} is no bcrypt hash of a cost from 4 to 14`);
  }
  return { tls: readTls(path, root), users, headers: textsIn(path, mapAt(path, http, "headers"), "headers") };
}

function readTls(path: string, root: YamlMap): TlsConfig | undefined {
  const tls = mapAt(path, root, "tls_server_config");
  if (Object.keys(tls).length === 0) return undefined;
  onlyKeys(path, "tls_server_config.", tls, [
    "cert_file",
    "key_file",
    "client_ca_file",
    "client_auth_type",
    "min_version",
    "max_version",
  ]);
  const text = (key: string): string | undefined => {
    const value = tls[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value;
    throw badWebConfig(path, `tls_server_config.${key} is no text`);
  };
  const one = <T>(key: string, choices: Readonly<Record<string, T>>, otherwise: T): T => {
    const value = text(key);
    if (value === undefined) return otherwise;
    const found = Object.hasOwn(choices, value) ? choices[value] : undefined;
    if (found !== undefined) return found;
    throw badWebConfig(
      path,
      `tls_server_config.${key} is one of ${Object.keys(choices).join(", ")}, not ${value}`,
    );
  };
  const certFile = text("cert_file");
  const keyFile = text("key_file");
  if (certFile === undefined || keyFile === undefined)
    throw badWebConfig(path, "tls_server_config needs cert_file and key_file");
  const clientCaFile = text("client_ca_file");
  const clientAuth = one("client_auth_type", clientAuths, clientCaFile === undefined ? "none" : "verify");
  if (clientAuth === "verify" && clientCaFile === undefined)
    throw badWebConfig(path, "RequireAndVerifyClientCert needs client_ca_file");
  return {
    certFile,
    keyFile,
    clientCaFile,
    clientAuth,
    minVersion: one("min_version", versions, "TLSv1.2"),
    maxVersion: one("max_version", versions, "TLSv1.3"),
  };
}

function mapAt(path: string, map: YamlMap, key: string): YamlMap {
  const value = map[key];
  if (value === undefined || value === null) return {};
  if (isMap(value)) return value;
  throw badWebConfig(path, `${key} is no map`);
}

function isMap(value: Yaml): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textsIn(path: string, map: YamlMap, where: string): Readonly<Record<string, string>> {
  const entries = Object.entries(map).map(([name, value]) => {
    if (typeof value !== "string") throw badWebConfig(path, `${where}.${name} is no text`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function onlyKeys(path: string, prefix: string, map: YamlMap, known: readonly string[]): void {
  const unknown = Object.keys(map).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw badWebConfig(path, `${prefix}${unknown} is not among what is supported: ${known.join(", ")}`);
}
