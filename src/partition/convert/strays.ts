/** Rows that came during the copy for periods that had no slice. */
import { runShortTransaction } from "../../locks/short-transaction.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { instantText, parseInstant } from "../bounds.ts";
import { calendarOf } from "../calendar.ts";
import { quoteName } from "../like.ts";
import { partitionName } from "../names.ts";
import { readTakenNames } from "../read-traits.ts";
import type { Conversion, Slice, Spec } from "./model.ts";
import { exclusive } from "./locks.ts";
import type { Runner } from "./run.ts";
import { saveSpecSql } from "./state.ts";
import { straySql } from "./steps-sql.ts";

/** Makes a slice for each of their periods, moves them there, and writes the slices down with the rest. */
export async function houseStrays(runner: Runner, { id, spec }: Conversion): Promise<void> {
  const { db, work, conversions } = runner;
  const calendar = calendarOf(spec.interval, spec.timezone, spec.keyType);
  let current: Spec = spec;
  for (let from = "-infinity"; ;) {
    const text = await firstFrom(runner, current, from);
    const instant = text === undefined ? undefined : parseInstant(text);
    if (instant === undefined) return;
    const range = calendar.periodAt(instant);
    const taken = await readTakenNames(db, spec.schema);
    const slice: Slice = {
      name: partitionName(spec.name, range, calendar, (name) => taken.has(name)),
      range,
    };
    const next: Spec = { ...current, slices: [...current.slices, slice] };
    await runShortTransaction(
      db,
      {
        doing: `making the slice ${slice.name}`,
        locks: [
          exclusive({ schema: spec.schema, name: spec.staging }),
          exclusive({ schema: spec.schema, name: spec.strays }),
        ],
        statements: [...straySql(spec, slice), saveSpecSql(conversions, id, next)],
      },
      work,
    );
    current = next;
    from = instantText(range.to, spec.keyType);
  }
}

async function firstFrom({ db }: Runner, spec: Spec, from: string): Promise<string | undefined> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "../sql/first-from.sql"), {
    table: quoteName({ schema: spec.schema, name: spec.strays }),
    column: quoteIdentifier(spec.column),
  });
  const { rows } = await db.queryText(sql, [from]);
  return rows[0]?.[0] ?? undefined;
}
