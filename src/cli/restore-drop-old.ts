import { ask } from "../backup/read-database.ts";
import { openAdmin } from "../backup/restore/admin.ts";
import { dropDatabase } from "../backup/restore/drop-database.ts";
import { isOldName } from "../backup/restore/old-name.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { requireSupported } from "../postgres/supported.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import { count } from "../ui/words.ts";
import { patientSessions } from "./patient-sessions.ts";
import { mayGoOn, resultOf } from "./restore-call.ts";
import type { RestoreContext, RestoreData } from "./restore-call.ts";

/** Drops what earlier restores of this database have put aside. */
export async function dropOld(
  context: RestoreContext,
  server: Target,
  startedAt: number,
): Promise<RestoreData> {
  const { database } = server;
  await using admin = await requireSupported(
    await openAdmin(server, patientSessions(context, "veza-db restore")),
  );
  const names = (await ask<{ name: string }>(admin, "names")).map(({ name }) => name);
  const old = names.filter((name) => isOldName(name, database)).toSorted();
  const nothing = (): RestoreData => resultOf(context, startedAt, { database });
  if (old.length === 0) return nothing();
  const isMeant = await mayGoOn(context, {
    kind: "destroy",
    action: `Drop ${old.join(", ")}`,
    place: describeTarget(server),
    database,
    plan: await Promise.all(old.map((name) => describeDrop(admin, name))),
  });
  if (!isMeant) return nothing();
  const dropped: string[] = [];
  for (const name of old) {
    try {
      await dropDatabase(admin, name, { force: false });
      dropped.push(name);
    } catch (error) {
      const state = dropped.length === 0 ? "Nothing was dropped." : `Dropped: ${dropped.join(", ")}.`;
      throw queryFailure(error, `dropping ${name}`).with({ state });
    }
  }
  return resultOf(context, startedAt, { database, dropped });
}

/** Slots that nobody reads from go with their database. */
async function describeDrop(admin: Db, name: string): Promise<string> {
  const [found] = await ask<{ slots: number }>(admin, "in-the-way", [name]);
  const slots = found?.slots ?? 0;
  return `DROP DATABASE ${name}${slots === 0 ? "" : `, with ${count(slots, "replication slot")}`}`;
}
