/** The checks of `stats check` as verdicts. Pure. */
import type { Check } from "../stats/check/model.ts";
import type { Verdict } from "./model.ts";
import type { Again } from "./verdicts.ts";

/** Where a check of `stats check` is shown, and what people call it. */
const checks: Readonly<Record<string, readonly [title: string, section: string | null]>> = {
  connections: ["Connections in use", "sessions"],
  "idle-in-transaction": ["A session is idle in transaction", "sessions"],
  "transaction-age": ["A transaction has been open for long", "sessions"],
  blocked: ["Sessions wait for a lock", "sessions"],
  prepared: ["A prepared transaction was left behind", "sessions"],
  wraparound: ["Transaction or multixact ids near wraparound", null],
  sequences: ["A sequence is running out", null],
  "cache-miss": ["Reads miss the buffers", "cache"],
  "replication-lag": ["A standby is behind", null],
  slots: ["A replication slot is lost", "wal"],
  "dead-rows": ["Dead rows pile up", "tables"],
  "invalid-indexes": ["An index is invalid", "indexes"],
  "requested-checkpoints": ["Checkpoints are forced by WAL volume", "wal"],
  archiver: ["WAL archiving fails", "wal"],
};

export function judgeChecks(found: readonly Check[], again: Again): readonly Verdict[] {
  return found.flatMap(({ check, status, message, next }): Verdict[] => {
    const [what, section] = checks[check] ?? [check, null];
    return status === "ok"
      ? []
      : [
          {
            severity: status,
            what: status === "unknown" ? `Not known: ${check.replaceAll("-", " ")}` : what,
            evidence: message,
            mend: next === null ? null : again(...next.split(" ")),
            section,
          },
        ];
  });
}
