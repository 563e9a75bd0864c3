/** Names of 63 bytes that differ at their ends alone: what is made of them must differ too. */
import { fitDistinct } from "../../src/sql/fit-name.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { policyProject } from "./support/project.ts";

test("what is cut stays distinct, within 63 bytes; what fits is as it was", () => {
  expect(fitDistinct("events_pkey", "_legacy")).toBe("events_pkey_legacy");
  const [one, two] = ["é", "è"].map((last) => fitDistinct(`N${"é".repeat(30)}${last}`, "_legacy"));
  expect(one).not.toBe(two);
  for (const name of [one, two]) {
    expect(Buffer.byteLength(name ?? "")).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^Né+_[0-9a-f]{6}_legacy$/);
  }
});

test("a table, indexes and keys to itself: converted, rolled back, and converted again", async () => {
  await using database = await createDatabase();
  const { sql } = database;
  const stem = `L${"ö".repeat(30)}`;
  const [table, first, second, third] = ["tt", "i1", "i2", "k"].map((end) => `${stem}${end}`);
  const named = `public.${table}`;
  await sql.unsafe(`
    CREATE TABLE "${table}" (id bigint PRIMARY KEY, "At" timestamptz NOT NULL, body text, "reply_${stem.slice(0, 20)}1" bigint, "reply_${stem.slice(0, 20)}2" bigint);
    CREATE INDEX "${first}" ON "${table}" (body);
    CREATE INDEX "${second}" ON "${table}" ("At", body);
    ALTER TABLE "${table}" ADD CONSTRAINT "${third}1" FOREIGN KEY ("reply_${stem.slice(0, 20)}1") REFERENCES "${table}";
    ALTER TABLE "${table}" ADD CONSTRAINT "${third}2" FOREIGN KEY ("reply_${stem.slice(0, 20)}2") REFERENCES "${table}";
    INSERT INTO "${table}" SELECT g, now() - g * interval '9 hours', 'b' || g FROM generate_series(1, 100) g`);
  const names = () =>
    sql`SELECT relname FROM pg_class WHERE relname IN (${first ?? ""}, ${second ?? ""}) ORDER BY 1`;
  const before = await names();
  expect(before).toHaveLength(2);
  await using project = await policyProject(database.url, {});
  const convert = ["convert", named, "--by", "At", "--self-fk", "trigger", "--yes", "--json"];
  for (const call of [convert, ["convert", named, "--rollback", "--yes", "--json"], convert]) {
    const run = await project.partition(call);
    expect(run.code, run.stderr).toBe(0);
    expect(await names()).toEqual(before);
  }
  await sql.unsafe(`INSERT INTO "${table}" (id, "At") VALUES (1001, now())`);
  await expect(
    sql.unsafe(`INSERT INTO "${table}" (id, "At", "reply_${stem.slice(0, 20)}2") VALUES (1002, now(), 4711)`),
  ).rejects.toThrow("no row 4711");
});
