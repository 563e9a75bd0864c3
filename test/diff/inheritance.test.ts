/** Whether a column or check is a child's own besides its parent's. */
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { planDiff } from "../../src/diff/plan.ts";
import type { DiffPlan } from "../../src/diff/model.ts";
import { planText } from "../../src/diff/text.ts";
import { summary } from "../drift/support/cases.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, expect, test } from "../support/database.ts";

const parent = "CREATE TABLE p (a int, b int DEFAULT 4, CONSTRAINT positive CHECK (a > 0));";
const given = `${parent} CREATE TABLE c () INHERITS (p);`;
const own = `${parent} CREATE TABLE c (a int, b int DEFAULT 4, CONSTRAINT positive CHECK (a > 0)) INHERITS (p);`;
const half = `${parent} CREATE TABLE c (a int) INHERITS (p);`;

interface Outcome {
  readonly plan: DiffPlan;
  /** What differs when the plan has been run. */
  readonly left: string;
}

async function run(before: string, after: string): Promise<Outcome> {
  await using from = await createDatabase();
  await using to = await createDatabase();
  await from.sql.unsafe(before);
  await to.sql.unsafe(after);
  const end = await readSchema(to.url);
  const plan = planDiff(await readSchema(from.url), end);
  if (plan.obstacles.length === 0) await from.sql.unsafe(planText(plan));
  return { plan, left: summary(compareCatalogs(await readSchema(from.url), end)) };
}

test("a child whose parts all become its own leaves its parents and comes back, in their order", async () => {
  const { plan, left } = await run(given, own);
  expect(planText(plan)).toBe(
    "ALTER TABLE public.c NO INHERIT public.p;\nALTER TABLE public.c INHERIT public.p;\n",
  );
  expect([left, plan.notes]).toEqual(["", []]);
  const q = "CREATE TABLE q (a int);";
  const both = await run(
    `${q} ${parent} CREATE TABLE c () INHERITS (q, p);`,
    `${q} ${parent} CREATE TABLE c (b int DEFAULT 4, a int, CONSTRAINT positive CHECK (a > 0)) INHERITS (q, p);`,
  );
  expect([both.left, both.plan.notes]).toEqual(["", []]);
});

test("where that would make more its own than is wanted, a sentence says so", async () => {
  const { plan, left } = await run(given, half);
  expect(plan.statements).toEqual([]);
  expect(plan.notes).toEqual([
    "column public.c.a: ALTER cannot make it its table's own besides its parent's without others that are not to be; it stays its parent's.",
  ]);
  expect(left).toBe("alter column public.c.a: inherited\n");
});

test("what is a child's own stays its own: of columns that is noted, of checks it is an obstacle", async () => {
  const { plan } = await run(half, given);
  expect([plan.obstacles, plan.statements]).toEqual([[], []]);
  expect(plan.notes).toEqual([
    "column public.c.a: it is its table's own besides its parent's, which ALTER cannot take away; it stays so.",
  ]);
  const check = await run(own, `${parent} CREATE TABLE c (a int, b int DEFAULT 4) INHERITS (p);`);
  expect(check.plan.obstacles).toEqual([
    {
      id: "constraint public.c.positive",
      kind: "constraint",
      name: "public.c.positive",
      why: "it is its table's own besides its parent's, which ALTER cannot take away",
    },
  ]);
});

test("a table that gets a parent keeps its columns as its own, and that is noted", async () => {
  const top = "CREATE TABLE p (a int, b int DEFAULT 4);";
  const below = `${top} CREATE TABLE c () INHERITS (p);`;
  const beside = `${top} CREATE TABLE c (a int);`;
  const { plan, left } = await run(beside, below);
  expect(planText(plan)).toContain("ALTER TABLE public.c INHERIT public.p;\n");
  expect(plan.notes).toEqual([
    "column public.c.a: it is its table's own besides its parent's, which ALTER cannot take away; it stays so.",
    "column public.c.b: it is its table's own besides its parent's, which ALTER cannot take away; it stays so.",
  ]);
  expect(left).toBe("alter column public.c.a: inherited\nalter column public.c.b: inherited\n");
  const back = await run(below, beside);
  expect([back.plan.notes, back.left]).toEqual([[], ""]);
});

test("a table that goes from one parent to another keeps a check as its own, which no SQL takes away", async () => {
  const tops = `${parent} CREATE TABLE q (LIKE p INCLUDING ALL);`;
  const { plan } = await run(
    `${tops} CREATE TABLE c () INHERITS (p);`,
    `${tops} CREATE TABLE c () INHERITS (q);`,
  );
  expect(plan.obstacles.map(({ name }) => name)).toEqual(["public.c.positive"]);
});

test("a check that a parent gave stays when that parent goes, and is dropped by itself", async () => {
  const { plan, left } = await run(given, "CREATE TABLE c (a int, b int DEFAULT 4);");
  expect([plan.obstacles, left]).toEqual([[], ""]);
});
