/** Runs the scenario once for each message at which the connection is to be cut, and holds every end to the truth. */
import { expect } from "vitest";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import type { ProxyMessage } from "../../support/proxy.ts";
import { migrationProject } from "../../migrate/support/veza.ts";
import { cutAt } from "./cut.ts";
import { expectTruth, outcomeOf, scenario, wipe } from "./scenario.ts";

/** The number of cuts that were made. */
export async function cutEverywhere(
  choose: (messages: readonly ProxyMessage[]) => readonly ProxyMessage[],
): Promise<number> {
  await using database = await createDatabase();
  await using direct = await migrationProject(database.url, scenario);
  expect(await direct.veza("migrate")).toMatchObject({ code: 0 });
  const expected = await outcomeOf(database.sql);
  const steps = choose(await undisturbed(database));
  for (const { from, number, type } of steps) {
    await wipe(database.sql);
    await using place = await cutAt(
      database,
      (message) => message.from === from && message.number === number,
    );
    await using project = await migrationProject(place.url, scenario);
    const result = await project.veza("migrate --json");
    await expectTruth(`cut at ${from} message ${number} (${type})`, result, direct, database.sql, expected);
  }
  return steps.length;
}

/** The messages of a run that nobody disturbs. */
export async function undisturbed(database: TestDatabase): Promise<readonly ProxyMessage[]> {
  await wipe(database.sql);
  await using place = await cutAt(database, () => false);
  await using project = await migrationProject(place.url, scenario);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  return place.messages;
}

/** A question, or the end of an answer. */
export function isStep({ from, type }: ProxyMessage): boolean {
  return from === "client" ? ["Q", "S", "startup"].includes(type) : type === "Z";
}
