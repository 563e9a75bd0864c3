/** Tries a plan on a copy: what comes out must be what is wanted. Plans again what is left. */
import { compareCatalogs } from "../catalog/compare.ts";
import type { Change } from "../catalog/compare.ts";
import type { Catalog } from "../catalog/model.ts";
import { maskPattern } from "../catalog/options.ts";
import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import type { DiffPlan, Statement } from "./model.ts";
import { planDiff } from "./plan.ts";
import { partsOf } from "./text.ts";

export interface Proof {
  readonly plan: DiffPlan;
  /** What differs still, and cannot be helped. */
  readonly left: readonly Change[];
}

const most = 4;

/**
 * Runs a plan once on a copy that is taken to be like the side that it was made for, and says whether what comes out is what is
 * wanted. False where it is not, or where the plan does not run: then somebody must look at the copy first.
 */
export async function leadsThere(
  db: Db,
  { statements }: DiffPlan,
  to: Catalog,
  read: () => Promise<Catalog>,
  settle: (now: Catalog, to: Catalog) => Catalog,
  isConcurrent: boolean,
): Promise<boolean> {
  try {
    await run(db, statements, isConcurrent);
  } catch (error) {
    if (error instanceof VezaError && error.code === "diff.unproven") return false;
    throw error;
  }
  const now = await read();
  return compareCatalogs(now, settle(now, to)).every(isUnmendable);
}

/** `db` holds the schema of `from`; it holds that of `to` afterwards. Throws `diff.unproven` where the plan does not lead there. */
export async function provePlan(
  db: Db,
  from: Catalog,
  to: Catalog,
  read: () => Promise<Catalog>,
  settle: (now: Catalog, to: Catalog) => Catalog = (_, wanted) => wanted,
  isConcurrent = false,
): Promise<Proof> {
  const statements: Statement[] = [];
  const notes = new Set<string>();
  let now = from;
  for (let round = 1; ; round++) {
    const wanted = settle(now, to);
    const plan = planDiff(now, wanted);
    if (plan.obstacles.length > 0 && round === 1) return { plan, left: [] };
    for (const note of plan.notes) notes.add(note);
    if (plan.statements.length > 0) await run(db, plan.statements, isConcurrent);
    statements.push(...plan.statements);
    now = await read();
    const left = compareCatalogs(now, settle(now, to)).filter((change) => !isUnmendable(change));
    if (left.length === 0) {
      const rest = compareCatalogs(now, settle(now, to));
      return { plan: { statements, obstacles: [], notes: [...notes] }, left: rest };
    }
    if (plan.statements.length === 0 || round === most) throw unproven(left);
  }
}

/**
 * The order of columns, whether a column is a child's own besides its parent's, that an index is broken, what is secret: no
 * ALTER says that.
 */
export function isUnmendable({ kind, properties, action }: Change): boolean {
  if (action !== "alter") return false;
  return properties.every(
    ({ property, to }) =>
      property === "column order" ||
      maskPattern.test(to ?? "") ||
      (kind === "column" && property === "inherited") ||
      (kind === "index" && property === "invalid" && to !== undefined),
  );
}

async function run(db: Db, statements: readonly Statement[], isConcurrent: boolean): Promise<void> {
  await db.send("SET check_function_bodies = off");
  for (const { statements: list, isTransactional } of partsOf(statements, isConcurrent)) {
    if (isTransactional && (await runAtOnce(db, list))) continue;
    for (const { sql } of list) {
      try {
        await db.send(sql);
      } catch (error) {
        throw unrunnable(error, sql);
      }
    }
  }
}

/** In one transaction. False where that takes more locks than the server has room for: then it is tried one by one. */
async function runAtOnce(db: Db, statements: readonly Statement[]): Promise<boolean> {
  await db.send("BEGIN");
  for (const { sql } of statements) {
    try {
      await db.send(sql);
    } catch (error) {
      if (sqlstateOf(error) !== "53200") throw unrunnable(error, sql);
      await db.send("ROLLBACK");
      return false;
    }
  }
  await db.send("COMMIT");
  return true;
}

function unrunnable(error: unknown, sql: string): VezaError {
  return new VezaError({
    code: "diff.unproven",
    ending: "refused",
    message: "The SQL that was planned does not run on a copy of the schema.",
    detail: `${messageOf(error)}\n${sql}`,
    hint: "Make this change by hand, then run the command again for the rest.",
    state: "Nothing was changed.",
    facts: { statement: sql },
    cause: error,
  });
}

function unproven(left: readonly Change[]): VezaError {
  return new VezaError({
    code: "diff.unproven",
    ending: "refused",
    message: "The SQL that was planned does not lead to the wanted schema.",
    detail: left
      .slice(0, 10)
      .map(({ action, kind, name, properties }) =>
        `${action} ${kind} ${name} ${properties.map(({ property }) => property).join(", ")}`.trim(),
      )
      .join("\n"),
    hint: "Make these changes by hand, then run the command again for the rest.",
    state: "Nothing was changed.",
  });
}
