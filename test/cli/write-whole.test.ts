/** Where a result may be written, and where not. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runCli, temporaryProject } from "../support/cli.ts";
import { skipUnless } from "../support/skip.ts";

test("--file makes the folders that lack", async () => {
  await using project = await temporaryProject();
  const made = await runCli(["completion", "bash", "--file", "a/b/c.txt"], { cwd: project.folder });
  expect(made).toMatchObject({ code: 0, stdout: "" });
  expect(await project.read("a/b/c.txt")).toContain("veza-db");
});

test.runIf(skipUnless(existsSync("/proc/self"), "no /proc on this machine"))(
  "--file in a place where no folder can be made ends, and says so",
  async () => {
    await using project = await temporaryProject();
    const refused = await runCli(["completion", "bash", "--file", "/proc/no/such/file"], {
      cwd: project.folder,
    });
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toContain("cannot be written to /proc/no/such/file");
  },
);
