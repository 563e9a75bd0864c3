import { labelsOf } from "../../kernel/exposition.ts";
import type { Family, Value } from "../../kernel/exposition.ts";
import type { Statement } from "../../stats/statements/model.ts";
import { readAll } from "../../stats/statements/read.ts";
import { missingStatements } from "../../stats/statements/require.ts";
import type { Collector, Memory } from "../model.ts";
import { keepRising } from "../remainder.ts";
import { Unavailable } from "../unavailable.ts";

const memoryKey = "pg_stat_statements";

/** Off unless a number is wished for: every statement is a series, and a query's id is anything. The text never is a label. */
export const statStatements: Collector = {
  name: "stat_statements",
  applies: (_session, { statements }) => statements > 0,
  collect: async (session, { statements: most }, memory) => {
    const { statements: extension } = session.facts;
    const missing = missingStatements(session.facts);
    if (missing !== undefined || extension === null)
      throw new Unavailable(`${missing?.message ?? ""} ${missing?.mend ?? ""}`);
    const { statements } = await readAll(session, extension);
    return statementFamilies(statements, most, memory);
  },
};

interface Sums {
  readonly pairs: Readonly<Record<string, string>>;
  readonly calls: number;
  readonly ms: number;
  readonly rows: number;
}

/**
 * The statements that took most time, and the sum of the others. One that has series keeps them while it is among twice
 * as many: statements that change places every minute would make new series for ever.
 */
export function statementFamilies(statements: readonly Statement[], most: number, memory: Memory): Family[] {
  const sums = new Map<string, Sums>();
  for (const { user, database, queryid, counters } of statements) {
    const key = `${queryid}/${user}/${database}`;
    const before = sums.get(key);
    sums.set(key, {
      pairs: { user, datname: database, queryid },
      calls: (before?.calls ?? 0) + (counters.calls ?? 0),
      ms: (before?.ms ?? 0) + (counters.totalMs ?? 0),
      rows: (before?.rows ?? 0) + (counters.rows ?? 0),
    });
  }
  const ranked = [...sums].toSorted(([, a], [, b]) => b.ms - a.ms);
  const last = memory.shown.get(memoryKey) ?? new Set<string>();
  const staying = ranked.slice(0, 2 * most).filter(([key]) => last.has(key));
  const coming = ranked.filter(([key]) => !staying.some(([other]) => other === key));
  const shown = [...staying, ...coming].slice(0, most);
  const keys = new Set(shown.map(([key]) => key));
  memory.shown.set(memoryKey, keys);
  const rest = ranked.filter(([key]) => !keys.has(key)).map(([, sum]) => sum);
  const labels = [
    ...shown.map(([, { pairs }]) => labelsOf(pairs)),
    labelsOf({ user: "other", datname: "other", queryid: "other" }),
  ];
  const family = (name: string, help: string, of: (sum: Sums) => number): Family => {
    const others = rest.reduce((sum, one) => sum + of(one), 0);
    const values: Value[] = shown.map(([, sum]) => of(sum));
    return {
      name: `pg_stat_statements_${name}`,
      type: "counter",
      help,
      labels,
      values: [...values, keepRising(memory, `${memoryKey} ${name}`, others)],
    };
  };
  return [
    family("calls_total", "Times the statement was executed.", ({ calls }) => calls),
    family("seconds_total", "Time spent in it.", ({ ms }) => ms / 1000),
    family("rows_total", "Rows it gave or changed.", ({ rows }) => rows),
  ];
}
