/** What `verify` says of a partition, its own words mend. */
import { splitStatements } from "../../src/sql/split.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { month, policyProject } from "./support/project.ts";

interface Told {
  readonly kind: string;
  readonly message: string;
  readonly fix: string;
}

test("every statement that verify gives can be run as it stands, and nothing is left to say then", async () => {
  await using database = await createDatabase();
  const { sql } = database;
  await sql.unsafe(`
    CREATE SCHEMA "S p";
    CREATE TABLE "S p"."Eve nts" (id bigint NOT NULL, at timestamptz NOT NULL, "bo dy" text) PARTITION BY RANGE (at);
    CREATE TABLE "S p"."by ""hand""" PARTITION OF "S p"."Eve nts" FOR VALUES FROM ('${month(0)}') TO ('${month(1)}');
    ALTER TABLE ONLY "S p"."Eve nts" ADD CONSTRAINT "the key" PRIMARY KEY (id, at);
    CREATE INDEX "by body" ON ONLY "S p"."Eve nts" (lower("bo dy") COLLATE "C" DESC) INCLUDE (id) WHERE id > 0;
    CREATE UNIQUE INDEX ON ONLY "S p"."Eve nts" (at, id);
    ALTER TABLE ONLY "S p"."Eve nts" ADD CONSTRAINT twice UNIQUE (at, "bo dy");
    INSERT INTO "S p"."Eve nts" SELECT g, '${month(0)}'::timestamptz + g * interval '1 hour', 'b ' || g FROM generate_series(1, 50) g;
    GRANT SELECT, INSERT ON "S p"."Eve nts" TO pg_monitor;
    GRANT DELETE ON "S p"."Eve nts" TO pg_read_all_stats WITH GRANT OPTION;
    GRANT UPDATE ("bo dy") ON "S p"."Eve nts" TO PUBLIC;
    GRANT SELECT ON "S p"."by ""hand""" TO pg_monitor WITH GRANT OPTION;
    GRANT DELETE ON "S p"."by ""hand""" TO pg_read_all_stats;
    GRANT TRUNCATE, REFERENCES (id) ON "S p"."by ""hand""" TO PUBLIC;
    ALTER TABLE "S p"."Eve nts" ENABLE ROW LEVEL SECURITY;
    ALTER TABLE "S p"."Eve nts" FORCE ROW LEVEL SECURITY;
    CREATE POLICY "own ones" ON "S p"."Eve nts" AS RESTRICTIVE FOR UPDATE TO PUBLIC, pg_monitor USING (id > 0) WITH CHECK ("Eve nts".id > 1);
    ALTER TABLE "S p"."by ""hand""" OWNER TO pg_database_owner;`);
  await using project = await policyProject(database.url, {
    events: { table: "S p.Eve nts", column: "at", interval: "month", premake: 1 },
  });
  const verify = async (): Promise<readonly Told[]> => {
    const { code, stderr, data } = await project.partition("verify --json");
    expect([0, 1], stderr).toContain(code);
    return data()["problems"] as readonly Told[];
  };
  const told = await verify();
  expect(new Set(told.map(({ kind }) => kind))).toEqual(
    new Set(["runway", "index", "statistics", "owner", "privileges", "row-security"]),
  );
  for (const { kind, fix } of told) {
    if (fix.startsWith("veza-db")) continue;
    expect(fix, kind).not.toContain("…");
    for (const statement of splitStatements(fix, "fix")) await sql.unsafe(statement.sql);
  }
  expect((await project.partition("maintain")).code).toBe(0);
  await sql`ANALYZE`;
  expect(await verify()).toEqual([]);
});
