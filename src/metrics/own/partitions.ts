import { gaugesOf, labelsOf } from "../../kernel/exposition.ts";
import type { Policy } from "../../partition/model.ts";
import { readFitting } from "../../partition/read-tables.ts";
import { coverageOf } from "../../partition/status.ts";
import { readStats } from "../../stats/session.ts";
import type { OwnReading } from "./model.ts";

/** How long the partitions of each policy's table will do, and where rows find none. */
export function readPartitionsFrom(openPolicies: () => readonly Policy[]): OwnReading {
  return {
    kind: "database",
    name: "veza_partitions",
    read: async (db, tell) => {
      const policies = openPolicies();
      const { kept, misfits, session } = await readStats(db, () => readFitting(db, policies));
      const problems = new Map(misfits.map(({ policy, error }) => [policy, error.message]));
      for (const policy of policies) tell(`policy ${policy.file}`, problems.get(policy));
      // Neither sizes nor rows are asked for: both would be paid at every scrape, and pg_stat_user_tables has them.
      const tables = kept.map((one) => coverageOf(one, session));
      const labels = kept.map(({ table: { schema, name } }) =>
        labelsOf({ datname: session.database, table: `${schema}.${name}` }),
      );
      const gauge = gaugesOf(labels);
      return [
        gauge(
          "veza_partition_runway_seconds",
          "For how long new rows will find a partition; +Inf where the last one has no end.",
          tables.map(({ runwayMicros }) =>
            runwayMicros === undefined ? Number.POSITIVE_INFINITY : runwayMicros / 1e6,
          ),
        ),
        gauge(
          "veza_partition_gaps",
          "Stretches of time between partitions that no partition takes.",
          tables.map(({ gaps }) => gaps.length),
        ),
        gauge(
          "veza_partitions",
          "Partitions attached.",
          tables.map(({ attached }) => attached.length),
        ),
        gaugesOf(policies.map(({ file }) => labelsOf({ datname: session.database, policy: file })))(
          "veza_partition_policy_success",
          "1 where the table of the policy could be looked at, 0 where it is not there or does not fit.",
          policies.map((policy) => (problems.has(policy) ? 0 : 1)),
        ),
      ];
    },
  };
}
