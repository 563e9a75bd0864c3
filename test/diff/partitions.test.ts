/** What a partition that comes or goes leaves alone. */
import { planDiff } from "../../src/diff/plan.ts";
import { planText } from "../../src/diff/text.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, expect, test } from "../support/database.ts";

test("a partition that goes takes its keys and indexes along; those of its table are not built again", async () => {
  const one = `
    CREATE TABLE p (id int PRIMARY KEY, b int) PARTITION BY RANGE (id);
    CREATE INDEX pb ON p (b);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
  `;
  await using from = await createDatabase();
  await using to = await createDatabase();
  await from.sql
    .unsafe(`${one} CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
    CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (20);`);
  await to.sql.unsafe(one);
  const plan = planDiff(await readSchema(from.url), await readSchema(to.url));
  expect(planText(plan)).toBe("DROP TABLE public.p21;\nDROP TABLE public.p2;\n");
});
