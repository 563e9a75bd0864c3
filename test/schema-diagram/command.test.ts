/** `veza-db schema diagram` on a real server: what is drawn, around what, and in which forms. */
import { createDatabase, expect, test } from "../support/database.ts";
import { runCli } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";

const schema = `
  CREATE SCHEMA "Odd Names";
  CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE NOT NULL, "e-mail ""old""" text);
  CREATE TABLE profiles (user_id bigint PRIMARY KEY REFERENCES users, price numeric(10,2));
  CREATE TABLE "Odd Names"."a(b)" (id int PRIMARY KEY, "x,y" bigint REFERENCES users, at timestamptz);
  CREATE TABLE "Odd Names".c (id int, up int NOT NULL REFERENCES "Odd Names"."a(b)", UNIQUE (id, up));
  CREATE TABLE events (at timestamptz, user_id bigint REFERENCES users) PARTITION BY RANGE (at);
  CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
  CREATE TABLE events_2 PARTITION OF events DEFAULT;
  COMMENT ON TABLE users IS 'who is here'`;

test("tables, keys and references; partitions told by their parent", async () => {
  await using database = await createDatabase();
  await database.sql.unsafe(schema);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(["schema", "diagram", "--url", database.url, ...args]);
  const whole = await run();
  expect([whole.code, whole.stderr]).toEqual([0, ""]);
  expect(whole.stdout).toBe(
    [
      "erDiagram",
      "  %% schema Odd Names",
      '  "Odd Names.a(b)" {',
      "    integer id PK",
      '    bigint x-y FK "x,y; null"',
      '    timestamptz at "null"',
      "  }",
      '  "Odd Names.c" {',
      '    integer id "null"',
      "    integer up FK",
      "  }",
      "  %% schema public",
      '  "public.events" {',
      '    timestamptz at "null"',
      '    bigint user_id FK "null"',
      "  }",
      '  "public.profiles" {',
      "    bigint user_id PK, FK",
      '    numeric(10-2) price "null"',
      "  }",
      '  "public.users" {',
      "    bigint id PK",
      "    text email UK",
      `    text e-mail_old_ "e-mail 'old'; null"`,
      "  }",
      '  "public.users" |o--o{ "Odd Names.a(b)" : "a(b)_x,y_fkey"',
      '  "Odd Names.a(b)" ||--o{ "Odd Names.c" : "c_up_fkey"',
      '  "public.users" |o--o{ "public.events" : "events_user_id_fkey"',
      '  "public.users" ||--o| "public.profiles" : "profiles_user_id_fkey"',
      "",
    ].join("\n"),
  );
  const svg = await run("--output", "svg", "--columns", "keys");
  expect(svg.stdout).toMatch(/^<svg xmlns=[\s\S]*<\/svg>\n$/);
  expect(svg.stdout).toContain("in 2 partitions");
  expect(svg.stdout).toContain("+ 2 columns");
  expect((await run("-o", "markdown")).stdout).toMatch(/^```mermaid\nerDiagram\n[\s\S]*\n```\n$/);

  const near = await run("--around", "c", "--columns", "none");
  expect(near.stdout.match(/^ {2}"[^"]*"$/gm)).toEqual(['  "a(b)"', '  "c"']);
  expect((await run("--around", "c", "--depth", "2", "--columns", "none")).stdout).toContain("public.users");
  const wrong = await run("--around", "user");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("Did you mean users?")]);
  await database.sql.unsafe(`CREATE TABLE "Odd Names".users ()`);
  const two = await run("--around", "users", "--json");
  expect([two.code, two.stderr]).toEqual([2, expect.stringContaining("schema.ambiguous-table")]);
});
