/** Kills the tool's process at chosen messages of a run, and holds what is left to the truth. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "vitest";
import { cleanEnvironment, cliFile } from "../../support/cli.ts";
import { createDatabase } from "../../support/database.ts";
import { proxyTo, type ProxyMessage } from "../../support/proxy.ts";
import { migrationProject } from "../../migrate/support/veza.ts";
import { undisturbed } from "./run-cut.ts";
import { expectSurvival, outcomeOf, scenario, wipe } from "./scenario.ts";

/** The number of kills. */
export async function killEverywhere(
  choose: (messages: readonly ProxyMessage[]) => readonly ProxyMessage[],
): Promise<number> {
  await using database = await createDatabase();
  await using direct = await migrationProject(database.url, scenario);
  expect(await direct.veza("migrate")).toMatchObject({ code: 0 });
  const expected = await outcomeOf(database.sql);
  const steps = choose(await undisturbed(database));
  for (const { from, number, type } of steps) {
    await wipe(database.sql);
    const what = `killed at ${from} message ${number} (${type})`;
    const moment = new Gate();
    await using proxy = await proxyTo(database.url, {
      onMessage: (message) => {
        const isTheOne = message.connection === 1 && message.from === from && message.number === number;
        if (isTheOne) moment.open();
        return isTheOne ? "hold" : "pass";
      },
    });
    const child = spawn(process.execPath, [cliFile, "migrate"], {
      cwd: direct.folder,
      env: cleanEnvironment({ DATABASE_URL: proxy.through(database.url) }),
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await Promise.race([moment.opened, ended]);
    expect([what, child.exitCode]).toEqual([what, null]);
    child.kill("SIGKILL");
    await ended;
    await expectSurvival(what, direct, database.sql, expected);
  }
  return steps.length;
}

/** Something that is waited for and happens once. */
class Gate {
  readonly opened: Promise<void>;
  open: () => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}
