/** Who may ask, and how: TLS and users of a web configuration file. */
import { spawnSync } from "node:child_process";
import { request } from "node:https";
import { describe } from "vitest";
import { checkBcrypt, parseBcrypt } from "../../src/metrics/http/bcrypt.ts";
import { isLoopback, parseListen } from "../../src/metrics/http/listen-address.ts";
import { deadlineOf } from "../../src/metrics/http/routes.ts";
import { parseYaml } from "../../src/metrics/http/yaml.ts";
import { temporaryProject } from "../support/cli.ts";
import type { TemporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { call } from "../migrate/support/veza.ts";
import { startExporter } from "./support/exporter.ts";

const hasOpenssl = skipUnless(spawnSync("openssl", ["version"]).status === 0, "openssl is not installed");

/** Made by crypt(3). */
const secret = "$2b$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u";

describe("bcrypt", () => {
  const long = "$2a$04$zVHmKQtGGQob.b/Nc7l9NOWxjkqF2zoWUVhztG0npdYimNI1buNKu";
  test.each([
    ["secret", secret, true],
    ["Secret", secret, false],
    ["", secret, false],
    ["", "$2y$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.", true],
    ["é".repeat(50), long, true],
    // 72 bytes are all that it looks at.
    ["é".repeat(36), long, true],
    ["é".repeat(35), long, false],
  ])("%s", async (password, hash, expected) => {
    const parsed = parseBcrypt(hash);
    if (parsed === undefined) throw new Error("no hash");
    expect(await checkBcrypt(password, parsed)).toBe(expected);
  });

  test.each([
    "",
    "secret",
    "$2x$10$abcdefghijklmnopqrstuuqflPDzB6gcMhKa1rZqKiun2YGL5sa2u",
    secret.replace("$10$", "$15$"),
    secret.slice(0, -1),
    `${secret} `,
  ])("%j is no hash", (hash) => {
    expect(parseBcrypt(hash)).toBeUndefined();
  });

  test("says the same as PostgreSQL's own", async ({ database }) => {
    try {
      await database.sql`CREATE EXTENSION pgcrypto`;
    } catch {
      process.stderr.write("skipped: pgcrypto is not there\n");
      return;
    }
    for (const password of ["a", "pass word", "päß", "x".repeat(71), "x".repeat(72)]) {
      const [row] = await database.sql<
        { hash: string }[]
      >`SELECT crypt(${password}, gen_salt('bf', 4)) AS hash`;
      const parsed = parseBcrypt(row?.hash ?? "");
      if (parsed === undefined) throw new Error("no hash");
      expect(await checkBcrypt(password, parsed)).toBe(true);
      expect(await checkBcrypt(`${password.slice(0, -1)}!`, parsed)).toBe(false);
    }
  });
});

describe("the file", () => {
  test("is read as YAML reads it", () => {
    const text = [
      "# who may ask",
      "tls_server_config:",
      "  cert_file: server.crt  # beside this file",
      `  key_file: "a#b.key"`,
      "  cipher_suites:",
      "  - A",
      "  - 'B'",
      "  curve_preferences: [X, Y]",
      "basic_auth_users:",
      `  alice: ${secret}`,
      "  'bob smith': 'it''s'",
      "empty:",
    ].join("\n");
    expect(parseYaml(text, "f")).toEqual({
      tls_server_config: {
        cert_file: "server.crt",
        key_file: "a#b.key",
        cipher_suites: ["A", "B"],
        curve_preferences: ["X", "Y"],
      },
      basic_auth_users: { alice: secret, "bob smith": "it's" },
      empty: null,
    });
    expect(parseYaml("", "f")).toEqual({});
  });

  test.each([
    ["a: 1\na: 2", "line 2: a is there twice"],
    ["a:\n\tb: 1", "line 2: a tab"],
    ["a: &x 1", "line 1: only plain"],
    ["a: |\n  text", "line 1: only plain"],
    ["just text", "line 1: `name: value`"],
    ["a:\n    b: 1\n  c: 2", "line 3"],
    ['a: "half', "line 1: the text in double quotes"],
  ])("%j is refused with its line", (text, why) => {
    expect(() => parseYaml(text, "f")).toThrow(why);
  });

  test.each([
    ["rate_limit:\n  burst: 3\n", "rate_limit is not among what is supported"],
    ["basic_auth_users:\n  alice: secret\n", "the password of alice is no bcrypt hash"],
    ["tls_server_config:\n  cert_file: a\n", "needs cert_file and key_file"],
    ["tls_server_config:\n  cert_file: a\n  key_file: b\n  min_version: SSL3\n", "min_version is one of"],
    [
      "tls_server_config:\n  cert_file: a\n  key_file: b\n  client_auth_type: RequireAndVerifyClientCert\n",
      "client_ca_file",
    ],
    ["tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n", "ENOENT"],
  ])("%j stops the start", async (content, why) => {
    await using project = await temporaryProject({ "web.yml": content });
    const { code, stderr } = await call(project.folder, [
      "metrics", "--listen", "127.0.0.1:0", "--web-config", "web.yml", "--url", "postgres://127.0.0.1:1/x",
    ]); // prettier-ignore
    expect({ code, isTold: stderr.includes(why) }).toEqual({ code: 2, isTold: true });
  });
});

test.each([
  ["127.0.0.1:9187", "127.0.0.1", 9187, true],
  ["9187", "127.0.0.1", 9187, true],
  ["[::1]:80", "::1", 80, true],
  [":9187", undefined, 9187, false],
  ["0.0.0.0:9187", "0.0.0.0", 9187, false],
  ["127.example.com:9187", "127.example.com", 9187, false],
])("%s is an address", (text, host, port, isLocal) => {
  expect(parseListen(text)).toEqual({ host, port });
  expect(isLoopback(parseListen(text))).toBe(isLocal);
});

test.each(["", "x", "127.0.0.1", "127.0.0.1:70000", "::1:80", "a:b"])("%j is none", (text) => {
  expect(() => parseListen(text)).toThrow("address");
});

test.each([
  [undefined, 9000],
  ["10", 8500],
  ["60", 9000],
  ["1", 750],
  ["x", 9000],
  ["-1", 9000],
])("a timeout of %s gives %d ms", (said, expected) => {
  const headers = said === undefined ? {} : { "x-prometheus-scrape-timeout-seconds": said };
  expect(deadlineOf({ headers }, 9000)).toBe(expected);
});

describe("asking", () => {
  test("with a password, and only with it; users can change meanwhile", async ({ database }) => {
    await using project = await temporaryProject({ "web.yml": `basic_auth_users:\n  alice: ${secret}\n` });
    await using exporter = await startExporter(database.url, ["--web-config", "web.yml"], {
      cwd: project.folder,
    });
    const status = async (userAndPassword?: string): Promise<number> => {
      const headers =
        userAndPassword === undefined ? {} : { authorization: `Basic ${btoa(userAndPassword)}` };
      return (await fetch(`${exporter.urls[0] ?? ""}/metrics`, { headers })).status;
    };
    expect(await status()).toBe(401);
    expect(await status("alice:wrong")).toBe(401);
    expect(await status("mallory:secret")).toBe(401);
    expect(await status("alice:secret")).toBe(200);
    expect(await status("alice:secret")).toBe(200);
    await project.write("web.yml", `# moved\nbasic_auth_users:\n  bob: ${secret}\n`);
    expect(await status("alice:secret")).toBe(401);
    expect(await status("bob:secret")).toBe(200);
    // Half written, or broken for good: nobody new comes in, and nobody is told what is in the file.
    await project.write("web.yml", "basic_auth_users:\n  bob: hunter2\n");
    const broken = await fetch(`${exporter.urls[0] ?? ""}/metrics`);
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toMatch(/bob|web\.yml|bcrypt/);
    expect(await status("bob:secret")).toBe(500);
    expect(exporter.said().match(/answering: .*the password of bob is no bcrypt hash/g)).toHaveLength(1);
    await project.write("web.yml", `basic_auth_users:\n  bob: ${secret}\n# mended\n`);
    expect(await status("bob:secret")).toBe(200);
    expect(exporter.said()).toContain("answering: well again");
  });

  test.runIf(hasOpenssl)(
    "over TLS, with a client's certificate where one is wanted",
    async ({ database }) => {
      await using project = await temporaryProject({});
      certificate(project);
      await project.write(
        "web.yml",
        "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  client_ca_file: server.crt\nhttp_server_config:\n  headers:\n    X-Frame-Options: deny\n",
      );
      await using exporter = await startExporter(
        database.url,
        ["--web-config", "web.yml", "--listen", "0.0.0.0:0"],
        {
          cwd: project.folder,
        },
      );
      const url = (exporter.urls[0] ?? "").replace("0.0.0.0", "127.0.0.1");
      expect(url).toMatch(/^https:/);
      const [ca, key] = [await project.read("server.crt"), await project.read("server.key")];
      const get = async (options: object): Promise<{ status: number | undefined; frame: unknown }> =>
        new Promise((resolve, reject) => {
          request(`${url}/healthz`, { ca, ...options }, (response) => {
            response.resume();
            resolve({ status: response.statusCode, frame: response.headers["x-frame-options"] });
          })
            .on("error", reject)
            .end();
        });
      expect(await get({ cert: ca, key })).toEqual({ status: 200, frame: "deny" });
      expect(exporter.said()).not.toContain("open to everybody");
      await expect(get({})).rejects.toThrow();
      await expect(fetch(`${url.replace("https:", "http:")}/healthz`)).rejects.toThrow();
    },
  );

  test("open to the world without a password is said", async ({ database }) => {
    await using exporter = await startExporter(database.url, ["--listen", "0.0.0.0:0"]);
    expect(exporter.said()).toContain("open to everybody");
  });

  test("a password that goes in the clear to an open address is said", async ({ database }) => {
    await using project = await temporaryProject({
      "web.yml": `basic_auth_users:\n  a: $2y$04$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi\n`,
    });
    const said = async (listen: string): Promise<string> => {
      await using exporter = await startExporter(
        database.url,
        ["--web-config", "web.yml", "--listen", listen],
        { cwd: project.folder },
      );
      return exporter.said();
    };
    expect(await said("0.0.0.0:0")).toContain("asks for passwords without TLS");
    expect(await said("127.0.0.1:0")).not.toContain("without TLS");
  });

  test("a taken address is an error of the surroundings", async ({ database }) => {
    await using exporter = await startExporter(database.url);
    const { host } = new URL(exporter.urls[0] ?? "");
    const second = await call("/", ["metrics", "--listen", host, "--url", database.url]);
    expect(second.code).toBe(3);
    expect(second.stderr).toContain("Cannot listen");
    const [, port = ""] = host.split(":");
    const open = await call("/", ["metrics", "--listen", `0.0.0.0:${port}`, "--url", database.url]);
    expect(open.code).toBe(3);
    expect(open.stderr).not.toContain("open to everybody");
  });
});

function certificate(project: TemporaryProject): void {
  const made = spawnSync(
    "openssl",
    [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
      "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", project.path("server.key"), "-out", project.path("server.crt"),
    ], // prettier-ignore
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(made.stderr);
}
