/** A statement with what it costs: the lock by its first words, the rest by whoever writes it. */
import type { Hazard, Statement } from "./model.ts";

const locks: readonly (readonly [pattern: RegExp, lock: string | undefined])[] = [
  [/^CREATE (?:UNIQUE )?INDEX CONCURRENTLY/, "SHARE UPDATE EXCLUSIVE"],
  [/^CREATE (?:UNIQUE )?INDEX/, "SHARE"],
  [/^DROP INDEX CONCURRENTLY/, "SHARE UPDATE EXCLUSIVE"],
  [/^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?TRIGGER/, "SHARE ROW EXCLUSIVE"],
  [/^CREATE STATISTICS/, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER TABLE .* VALIDATE CONSTRAINT/s, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER TABLE .* ADD CONSTRAINT .* FOREIGN KEY/s, "SHARE ROW EXCLUSIVE"],
  [/^ALTER TABLE .* (?:ENABLE|DISABLE)(?: REPLICA| ALWAYS)? TRIGGER/s, "SHARE ROW EXCLUSIVE"],
  [/^ALTER TABLE .* ATTACH PARTITION/s, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER TABLE .* (?:SET STATISTICS|CLUSTER ON|SET WITHOUT CLUSTER)/s, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER TABLE (?:ONLY )?\S+ (?:SET|RESET) \(/s, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER INDEX/, "SHARE UPDATE EXCLUSIVE"],
  [/^ALTER SEQUENCE/, "SHARE ROW EXCLUSIVE"],
  [/^REFRESH MATERIALIZED VIEW/, "ACCESS EXCLUSIVE"],
  [/^(?:ALTER|DROP) (?:FOREIGN )?TABLE/, "ACCESS EXCLUSIVE"],
  [/^(?:ALTER|DROP) (?:MATERIALIZED )?VIEW|^CREATE OR REPLACE VIEW/, "ACCESS EXCLUSIVE"],
  [
    /^(?:DROP|ALTER|CREATE) (?:POLICY)|^DROP (?:TRIGGER|RULE|INDEX)|^CREATE (?:OR REPLACE )?RULE/,
    "ACCESS EXCLUSIVE",
  ],
  [/^ALTER PUBLICATION .* (?:ADD|DROP) TABLE /s, "SHARE UPDATE EXCLUSIVE"],
];

export interface Cost {
  readonly hazards?: readonly Hazard[];
  readonly rewrites?: boolean;
  readonly scans?: boolean;
  readonly mode?: Statement["mode"];
  readonly lock?: string | undefined;
  readonly concurrently?: readonly string[];
}

export function say(sql: string, cost: Cost = {}): Statement {
  const lock = "lock" in cost ? cost.lock : locks.find(([pattern]) => pattern.test(sql))?.[1];
  return {
    sql,
    lock,
    rewrites: cost.rewrites ?? false,
    scans: cost.scans ?? false,
    hazards: cost.hazards ?? [],
    mode: cost.mode ?? "transaction",
    ...(cost.concurrently === undefined ? {} : { concurrently: cost.concurrently }),
  };
}

/** Of something that is only being made: nobody waits for it. */
export function sayNew(sql: string): Statement {
  return say(sql, { lock: undefined });
}
