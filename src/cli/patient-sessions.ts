import { liftTimeLimits } from "../backup/create/snapshot.ts";
import type { Open } from "../backup/restore/admin.ts";
import { connect } from "../postgres/connect.ts";
import type { Context } from "./command.ts";

/** Opens sessions that no limit of time ends: a restore and its proof take as long as they take. */
export function patientSessions(
  { settings, signal }: Pick<Context, "settings" | "signal">,
  applicationName: string,
): Open {
  return async (target) => {
    const db = await connect(target, {
      applicationName,
      connectTimeoutMs: settings.values.connectTimeout,
      signal,
    });
    if (!db.facts.isPooled) await liftTimeLimits(db);
    return db;
  };
}
