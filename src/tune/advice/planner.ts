import { docsOn, leave, set } from "./rule.ts";
import type { Rule } from "./rule.ts";

const randomPageCost: Rule = {
  name: "random_page_cost",
  source: `${docsOn("random_page_cost")}: 1.1 for solid-state drives, lower where data fit the memory`,
  advise: (at) => {
    const { databaseBytes } = at.facts.load;
    const fits = databaseBytes < at.ram * 0.5 && databaseBytes > 0;
    if (at.isFlash)
      return set(1.1, `on ${at.wishes.disk} a page elsewhere costs hardly more than the next one`);
    if (fits && at.wishes.disk === "hdd" && databaseBytes > 1024 ** 3)
      return set(1.1, "all databases together fit the memory, where no page is farther than another");
    return set(4, "a turning disk pays for every page that is elsewhere");
  },
};

const seqCosts: readonly Rule[] = [
  ["parallel_tuple_cost", 0.1],
  ["parallel_setup_cost", 1000],
].map(([name, value]) => ({
  name: String(name),
  source: docsOn(String(name)),
  advise: (at) =>
    at.amount(String(name)) < Number(value)
      ? set(
          Number(value),
          "a lower cost has short statements grab workers that long ones need; this is the default",
        )
      : leave(`${value} is the default; a lower one has short statements grab workers that long ones need.`),
}));

const statisticsTarget: Rule = {
  name: "default_statistics_target",
  source: `${docsOn("default_statistics_target")}; pgtune's 500 for dw`,
  advise: (at) =>
    at.wishes.profile === "dw" && at.amount("default_statistics_target") < 500
      ? set(500, "large tables of uneven values are worth a longer ANALYZE and longer planning")
      : leave(
          "100 is the default; a column that needs more gets it with ALTER TABLE … ALTER COLUMN … SET STATISTICS.",
        ),
};

const jit: Rule = {
  name: "jit",
  source: "pgtune, timescaledb-tune; PostgreSQL 19 turns it off by default",
  advise: (at) => {
    if (!at.facts.server.hasJit)
      return leave("this server cannot compile expressions: there is nothing to turn off.");
    if (at.wishes.profile === "dw") return leave("long statements over many rows may gain from it.");
    return set(
      "off",
      "compiling takes longer than most statements of that kind, and is begun on a wrong estimate",
    );
  },
};

export const plannerRules: readonly Rule[] = [randomPageCost, ...seqCosts, statisticsTarget, jit];
