import { docsOn, leave, set } from "./rule.ts";
import type { Rule } from "./rule.ts";

const maxConnections: Rule = {
  name: "max_connections",
  source: `${docsOn("max_connections")}, and on hot standbys`,
  advise: (at) => {
    const current = at.amount("max_connections");
    const { connectionsNow, connectionsAverage, connectionsPeak } = at.facts.load;
    const { connections } = at.wishes;
    if (connections !== undefined) return set(connections, "asked for with --connections");
    const seen = `${connectionsPeak} at once were seen, now ${connectionsNow}${connectionsAverage === null ? "" : `, on average ${connectionsAverage.toFixed(1)}`}`;
    if (connectionsPeak > current * 0.8)
      return set(
        Math.ceil((connectionsPeak * 1.5) / 10) * 10,
        `${seen}: less than a fifth is free. A pooler would serve as many with fewer`,
      );
    return leave(`${seen}; never lowered unasked, since each client that finds no place fails.`);
  },
};

export const connectionRules: readonly Rule[] = [maxConnections];
