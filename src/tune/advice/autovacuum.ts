import { counted, docsOn, leave, set } from "./rule.ts";
import type { Rule, Situation } from "./rule.ts";

function behind({ facts: { load } }: Situation): string | undefined {
  const { tablesBehindVacuum, deadRowsBehindVacuum } = load;
  if (tablesBehindVacuum === 0 || deadRowsBehindVacuum < 10_000) return undefined;
  return `${counted(tablesBehindVacuum, "table")} of this database with twice the dead rows that start a vacuum (${deadRowsBehindVacuum} in all)`;
}

const workers: Rule = {
  name: "autovacuum_max_workers",
  source: `${docsOn("autovacuum_vacuum_cost_limit")}: all workers share it`,
  advise: () =>
    leave("more workers share the same cost limit and each becomes slower; the limit is raised instead."),
};

const costLimit: Rule = {
  name: "autovacuum_vacuum_cost_limit",
  source: docsOn("autovacuum_vacuum_cost_limit"),
  advise: (at) => {
    const isBehind = behind(at);
    const base = { nvme: 2000, ssd: 1000, san: 1000, hdd: 200 }[at.wishes.disk];
    const wanted = isBehind === undefined ? base : Math.max(400, base * 2);
    const given = at.amount("autovacuum_vacuum_cost_limit");
    const current = given < 0 ? at.amount("vacuum_cost_limit") : given;
    if (current >= wanted)
      return leave(`vacuum may spend ${current} between two pauses, enough for ${at.wishes.disk}.`);
    return set(
      wanted,
      isBehind ?? `200 was meant for one turning disk; ${at.wishes.disk} bears more, and vacuum keeps up`,
    );
  },
};

const scaleFactor: Rule = {
  name: "autovacuum_vacuum_scale_factor",
  source: docsOn("autovacuum_vacuum_scale_factor"),
  advise: (at) => {
    const { largestTableRows } = at.facts.load;
    const current = at.amount("autovacuum_vacuum_scale_factor");
    if (largestTableRows >= 10_000_000 && current > 0.05)
      return set(
        0.05,
        `a fifth of the ${Math.round(largestTableRows)} rows of the largest table is much to wait for`,
      );
    return leave(
      "a fifth of a table is a good moment for tables of that size; a large one may get its own with ALTER TABLE.",
    );
  },
};

const autovacuum: Rule = {
  name: "autovacuum",
  source: docsOn("autovacuum"),
  advise: (at) =>
    at.value("autovacuum") === "off"
      ? set("on", "without it dead rows pile up and transaction ids run out")
      : leave("it is on, as it must be."),
};

export const autovacuumRules: readonly Rule[] = [autovacuum, workers, costLimit, scaleFactor];
