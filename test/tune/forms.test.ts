/** What is written for other hands: servers load it, and the providers' programs are called as their manuals say. */
import { execFile } from "node:child_process";
import { appendFile, chmod, mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { runCli, temporaryProject } from "../support/cli.ts";
import { skipHereUnless } from "../support/skip.ts";
import { machine, startTunedServer } from "./support/server.ts";
import type { TunedServer } from "./support/server.ts";

const run = promisify(execFile);

const sized = [...machine, "--disk", "ssd"];

async function formOf(server: TunedServer, form: string): Promise<string> {
  const { code, stdout, stderr } = await server.tune([...sized, "-o", form]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

async function changesLeft(server: TunedServer): Promise<unknown> {
  const { stdout } = await server.tune([...sized, "--json"]);
  const told: { data: { settings: unknown } } = JSON.parse(stdout);
  return told.data.settings;
}

test("conf, the file in the ConfigMap, and sql: loaded, they leave nothing to advise", async () => {
  await using server = await startTunedServer();
  const conf = await formOf(server, "conf");
  const map = await formOf(server, "k8s");
  const sql = await formOf(server, "sql");
  // A block of YAML, four blanks in.
  const inMap = (map.split("tuning.conf: |\n")[1] ?? "").replaceAll(/^ {4}/gm, "");
  expect(inMap).toBe(conf.replaceAll(/^#.*\n/gm, ""));
  expect(map).toContain("include '/etc/veza-tuning/tuning.conf'");
  const file = `${server.dataDir}/tuning.conf`;
  await writeFile(file, conf, { mode: 0o644 });
  await appendFile(`${server.dataDir}/postgresql.conf`, "\ninclude 'tuning.conf'\n");
  await server.restart();
  expect(await changesLeft(server)).toEqual([]);

  await writeFile(file, "");
  for (const statement of sql.replaceAll(/^--.*\n/gm, "").split(/(?<=;)\n/))
    if (statement !== "") await server.query(statement);
  await server.restart();
  expect(await changesLeft(server)).toEqual([]);
});

test("docker: a server that is started with these words leaves nothing to advise", async () => {
  // Of the run's own server, which is of the same version and has the same defaults.
  const { code, stdout } = await runCli(["tune", ...sized, "-o", "docker", "--url", inject("server").url]);
  expect(code).toBe(0);
  const words = [...stdout.matchAll(/^ {6}- (".*")$/gm)].map(([, word]): string => JSON.parse(word ?? '""'));
  expect(words[0]).toBe("postgres");
  const settings = words.filter((word) => word.includes("=")).map((word) => word.split("="));
  await using server = await startTunedServer(Object.fromEntries(settings));
  expect(await changesLeft(server)).toEqual([]);
});

test("providers: what their programs are given", async (context) => {
  const hasJq = await run("jq", ["--version"]).then(
    () => true,
    () => false,
  );
  skipHereUnless(context, hasJq, "jq is not there");
  await using place = await temporaryProject();
  await mkdir(place.path("bin"));
  const stub = async (name: string, body: string): Promise<void> => {
    await writeFile(place.path(`bin/${name}`), `#!/bin/sh\n${body}\n`);
    await chmod(place.path(`bin/${name}`), 0o755);
  };
  const say = `for word in "$@"; do printf '%s\\n' "$word" >> "$CALLS"; done`;
  const flags = `{"settings":{"databaseFlags":[{"name":"work_mem","value":"1"},{"name":"log_line_prefix","value":"%m, %u"}]}}`;
  await stub("aws", say);
  await stub("az", say);
  await stub("gcloud", `case "$*" in *describe*) printf '%s' '${flags}' ;; *) ${say} ;; esac`);
  const scriptOf = async (form: string): Promise<void> => {
    const { code, stdout } = await runCli(["tune", ...sized, "-o", form, "--url", inject("server").url]);
    expect(code).toBe(0);
    await writeFile(place.path(`${form}.sh`), stdout);
  };
  const call = async (form: string): Promise<string[]> => {
    await writeFile(place.path("calls"), "");
    await run("sh", [place.path(`${form}.sh`)], {
      env: {
        PATH: `${place.path("bin")}:${process.env["PATH"] ?? ""}`,
        CALLS: place.path("calls"),
        PARAMETER_GROUP: "own group",
        INSTANCE: "one",
        RESOURCE_GROUP: "a group",
        SERVER: "s",
      },
    });
    return (await place.read("calls")).split("\n");
  };
  await Promise.all(["rds", "azure", "cloudsql"].map(scriptOf));

  const aws = await call("rds");
  expect(aws).toContain("own group");
  expect(aws).toContain("ParameterName=shared_buffers,ParameterValue=32768,ApplyMethod=pending-reboot");
  expect(aws).toContain("ParameterName=random_page_cost,ParameterValue=1.1,ApplyMethod=immediate");
  const az = await call("azure");
  expect(az.join(" ")).toContain(
    "--resource-group a group --server-name s --name shared_buffers --value 32768 postgres",
  );
  const given = (await call("cloudsql")).find((word) => word.startsWith("--database-flags=")) ?? "";
  expect(given).toMatch(/^--database-flags=\^~~\^log_line_prefix=%m, %u~~/);
  expect(given).toContain("~~shared_buffers=32768~~");
  expect(given).not.toContain("work_mem=1~~");

  // What is set already cannot be read: nothing is patched, since that would take it away.
  await stub("gcloud", `case "$*" in *describe*) exit 1 ;; *) ${say} ;; esac`);
  await expect(call("cloudsql")).rejects.toThrow();
  expect(await place.read("calls")).toBe("");
});
