/** On a terminal of 80 columns: what a next command line takes, ids and names, is not cut. */
import { call } from "../contract/support/call.ts";
import { projectDir } from "../query/support/platform.ts";
import { expect, test } from "../support/database.ts";

test("ids of migrations and names of partitions are whole", async ({ database }) => {
  const shown = async (...argv: readonly string[]): Promise<readonly string[]> => {
    const { code, stdout, stderr } = await call([...argv, "--url", database.url, "--no-color"], {
      cwd: projectDir,
      env: { VEZA_DB_RECORD_OUTCOMES: "false" },
      terminal: "stdout",
    });
    expect(code, stderr).toBe(0);
    return stdout.split("\n");
  };
  await shown("migrate", "--yes");
  expect(await shown("migrate", "status")).toContainEqual(
    expect.stringMatching(
      /^2024-02-01-003 +add-content-tables +applied +\d{4}-\d\d-\d\d \d\d:\d\dZ +\S+ +\d+ ms$/,
    ),
  );
  expect(await shown("migrate", "history")).toContainEqual(
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\dZ +2024-02-01-003 +apply +done /),
  );
  expect(await shown("partition", "status")).toContainEqual(
    expect.stringMatching(/^chat_messages_p\d{4}_\d\d +\d{4}-\d\d-01 +\d{4}-\d\d-01 +\d/),
  );
});
