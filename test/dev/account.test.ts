/** Root steps down; everybody else stays who they are. */
import { chmod, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { chown } from "node:fs/promises";
import { expect, test } from "vitest";
import { canReach, unprivilegedAccount } from "../../src/dev/account.ts";
import { processAt } from "../../src/dev/postmaster.ts";
import { ensureServer, resetServer, runningServer, stopServer } from "../../src/dev/server.ts";
import { temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";
import { act, isRoot, nobody, serverOptions } from "./actor.ts";
import { hasPackage, installTool } from "./installation.ts";

const asRoot = skipUnless(isRoot, "only root can become another account");
const withPackage = skipUnless(hasPackage, "the npm package of PostgreSQL is not installed");

test("the account is postgres where there is one, else nobody, never root", () => {
  const root = "root:x:0:0::/root:/bin/sh";
  const none = "nobody:x:65534:65533::/nonexistent:/bin/false";
  const own = "postgres:x:101:104::/var/lib/postgresql:/bin/bash";
  expect(unprivilegedAccount([root, none, own].join("\n"))).toEqual({ uid: 101, gid: 104 });
  expect(unprivilegedAccount([root, none].join("\n"))).toEqual({ uid: 65_534, gid: 65_533 });
  expect(unprivilegedAccount([root, "postgres:x:0:0::/:/bin/sh"].join("\n"))).toBeUndefined();
  expect(unprivilegedAccount("")).toBeUndefined();
});

test("an account reaches what every folder on the way lets it enter", async () => {
  await using project = await temporaryProject({ "a/b/file": "" });
  const stranger = { uid: 54_321, gid: 54_321 };
  const { gid, uid } = await stat(project.folder);
  expect(await canReach(stranger, project.path("a/b/file"))).toBe(true);
  await chmod(project.path("a"), 0o711);
  expect(await canReach(stranger, project.path("a/b"))).toBe(true);
  await chmod(project.path("a"), 0o710);
  expect(await canReach(stranger, project.path("a/b"))).toBe(false);
  expect(await canReach({ uid: 54_321, gid }, project.path("a/b"))).toBe(true);
  await chmod(project.path("a"), 0o070);
  expect(await canReach({ uid, gid }, project.path("a/b"))).toBe(false); // an owner's rights are the owner's alone
  await chmod(project.path("a"), 0o755);
  await chmod(project.path("a/b/file"), 0o600);
  expect(await canReach(stranger, project.path("a/b/file"))).toBe(false);
  expect(await canReach(stranger, project.path("a/none"))).toBe(false);
  expect(await canReach(undefined, project.path("a/none"))).toBe(true); // ourselves
});

test.runIf(asRoot)(
  "root in a folder that all may enter: data in it, owned by the account that runs the server",
  async () => {
    await using project = await temporaryProject();
    const server = await ensureServer(serverOptions(project.path(".veza")));
    expect(server.dataDir.startsWith(project.folder)).toBe(true);
    expect((await stat(server.dataDir)).uid).not.toBe(0);
    expect(await readFile(`/proc/${server.pid}/status`, "utf8").catch(() => "Uid:\t1")).not.toMatch(
      /^Uid:\t0/m,
    );
  },
);

test.runIf(asRoot)(
  "root in a folder that only root may enter: data elsewhere, which goes with the project's own",
  async () => {
    await using project = await temporaryProject();
    await chmod(project.folder, 0o700);
    const options = serverOptions(project.path(".veza"));
    const first = await ensureServer(options);
    expect(first.dataDir.startsWith(project.folder)).toBe(false);
    expect(await readFile(project.path(".veza/embedded.json"), "utf8")).toContain(
      first.dataDir.replace(/\/postgres\/.*/, ""),
    );
    expect(await runningServer(options)).toEqual({ ...first, started: false });
    expect(await resetServer(options)).toMatchObject({ dataDir: first.dataDir, started: true });
    await stopServer(options);
    expect(await ensureServer(options)).toMatchObject({ dataDir: first.dataDir, port: first.port });

    // The pointer alone is lost: the data is found again. The whole folder is: so is what it meant.
    await rm(project.path(".veza/embedded.json"));
    const again = await ensureServer(options);
    expect(again).toMatchObject({ dataDir: first.dataDir, started: false });
    await rm(project.path(".veza"), { recursive: true });
    const anew = await ensureServer(options);
    expect(anew).toMatchObject({ dataDir: first.dataDir, started: true });
    expect(await processAt(again.pid, again.dataDir)).not.toBe("postmaster");
  },
);

test.runIf(asRoot && withPackage)(
  "root, with everything npm installed in a folder that only root may enter",
  async () => {
    await using project = await temporaryProject();
    await chmod(project.folder, 0o700);
    const { dist, packageDir } = await installTool(project.folder);
    const options = { stateDir: project.path(".veza"), binDir: "npm" };
    const { result, said } = await act("ensure", options, {}, { VEZA_ACTOR_DIST: dist });
    expect(result).toMatchObject({
      started: true,
      source: "npm",
      binDir: expect.stringMatching(/\/copy-\w+\/native\/bin$/),
    });
    expect(JSON.stringify(result)).not.toContain(packageDir);
    expect(said).toContain("copying PostgreSQL's programs");
    expect(await stopServer(options)).toMatchObject({ stopped: true });
    const second = await act("ensure", options, {}, { VEZA_ACTOR_DIST: dist });
    expect(second.result).toMatchObject({ started: true });
    expect(second.said).not.toContain("copying"); // the copy of last time serves again
  },
);

test.runIf(asRoot && withPackage)("another user, with a package that is not theirs to mend", async () => {
  await using project = await temporaryProject();
  const { dist } = await installTool(project.folder);
  const account = nobody();
  await mkdir(project.path("work"));
  await chown(project.path("work"), account.uid, account.gid);
  const options = { stateDir: project.path("work/.veza"), binDir: "npm" };
  const env = { VEZA_ACTOR_DIST: dist };
  const { result } = await act("ensure", options, account, env);
  try {
    expect(result).toMatchObject({
      started: true,
      dataDir: expect.stringContaining(project.path("work/.veza/postgres/")),
      binDir: expect.stringContaining(project.path("work/.veza/binaries/copy-")),
    });
    expect((await stat(project.path("work/.veza/postgres"))).uid).toBe(account.uid);
    expect(await act("running", options, account, env)).toMatchObject({ result: { started: false } });
    // Root may use it, and keeps the account that owns the data.
    expect(await runningServer(options)).toBeDefined();
    await stopServer(options);
    expect(await ensureServer(options)).toMatchObject({ started: true });
    expect(await act("stop", options, account, env)).toMatchObject({ result: { stopped: true } });
  } finally {
    await stopServer(options);
  }
});

test.runIf(asRoot)(
  "another user finds root's server running, and is told whose the data is when it is not",
  async () => {
    await using project = await temporaryProject();
    const options = serverOptions(project.path(".veza"));
    const server = await ensureServer(options);
    const seen = await act("running", options, nobody());
    expect(seen.result).toMatchObject({ url: server.url, pid: server.pid });
    await stopServer(options);
    const refused = await act("ensure", options, nobody());
    expect(refused.result).toMatchObject({ code: "dev.state-folder-not-writable" });
    await chmod(project.path(".veza"), 0o777);
    const told = await act("ensure", options, nobody());
    expect(told.result).toMatchObject({ code: "dev.another-users-data" });
    expect(await readdir(join(project.folder, ".veza"))).toContain("postgres");
  },
);
