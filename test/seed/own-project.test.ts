/** Another project's tables, filled by short files of its own. */
import { describe, expect } from "vitest";
import { call, at, parse } from "../contract/support/call.ts";
import { temporaryProject } from "../support/cli.ts";
import { test } from "../support/database.ts";
import { asOf, digests, valueOf } from "./support/fill.ts";

const schema = `
  CREATE SCHEMA shop;
  CREATE TYPE shop.mood AS ENUM ('calm', 'busy');
  CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
  CREATE TABLE shop.customers (
    id         uuid PRIMARY KEY,
    "full Name" text NOT NULL,
    country    char(2) NOT NULL REFERENCES countries,
    mood       shop.mood NOT NULL,
    tags       text[] NOT NULL,
    note       text,
    balance    numeric(10, 2) NOT NULL,
    is_vip     boolean NOT NULL,
    settings   jsonb NOT NULL,
    address    inet,
    since      timestamptz NOT NULL,
    born       date,
    shout      text GENERATED ALWAYS AS (upper("full Name")) STORED
  );
  CREATE TABLE shop.orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES shop.customers,
    before_id   bigint REFERENCES shop.orders,
    total       integer NOT NULL,
    placed_at   timestamptz NOT NULL,
    paid_at     timestamptz
  );
  CREATE TABLE shop.wishes (customer_id bigint NOT NULL, product_id bigint NOT NULL, PRIMARY KEY (customer_id, product_id));
  CREATE TABLE products (id serial PRIMARY KEY, name text NOT NULL, wished bigint NOT NULL DEFAULT 0);
  CREATE TABLE buyers (id serial PRIMARY KEY, mail text NOT NULL UNIQUE);
  CREATE TABLE totals (country char(2) PRIMARY KEY, customers bigint NOT NULL);
  CREATE TABLE odd ("tab\t name" text, "quote""d" text);
`;

const files = {
  "countries.json": {
    table: "countries",
    rows: 4,
    scales: false,
    columns: {
      code: { each: ["FR", "DE", "CI", "BR"] },
      name: { each: ["France", "Deutschland", "Côte d'Ivoire", "Brasil"] },
    },
  },
  "customers.json": {
    table: "shop.customers",
    rows: 50,
    columns: {
      id: { uuid: {} },
      "full Name": { person: "full" },
      country: { ref: { table: "countries", column: "code", skew: 2 } },
      mood: { pick: ["calm", "busy"] },
      tags: { value: '{a,"b c"}' },
      note: { text: "paragraph", nulls: 0.5 },
      balance: { decimal: { min: -10, max: 99.99, digits: 2 } },
      is_vip: { boolean: 0.1 },
      settings: {
        json: {
          colour: { pick: ["red", '"green"\\\n'] },
          deep: { json: { n: { integer: { min: 1, max: 3 } }, gone: { value: null } } },
        },
      },
      address: { ip: {} },
      since: { spread: { months: 12 } },
      born: { value: "1990-02-28" },
    },
  },
  "orders.json": {
    table: "shop.orders",
    rows: 400,
    columns: {
      id: { sequence: {} },
      customer_id: { ref: { table: "shop.customers", skew: 2, existingAt: "placed_at" } },
      before_id: { earlier: { same: "customer_id", share: 0.5 } },
      total: { integer: { min: 100, max: 99_999, skew: 3 } },
      placed_at: { spread: { months: 12, growth: 2 } },
      paid_at: { after: { columns: ["placed_at"], withinDays: 3 }, nulls: 0.1 },
    },
  },
  "products.json": {
    table: "products",
    rows: 30,
    columns: {
      id: { sequence: {} },
      name: { template: "Product {id}-{hex:4}" },
      wished: { count: { table: "shop.wishes" } },
    },
  },
  "buyers.json": { table: "buyers", rows: 20, columns: { id: { sequence: {} }, mail: { person: "email" } } },
  "wishes.json": {
    table: "shop.wishes",
    rows: 100,
    pairs: {
      of: { column: "product_id", table: "products", skew: 2 },
      with: { column: "customer_id", table: "buyers" },
    },
    columns: {},
  },
  "totals.json": { table: "totals", of: "shop.customers", sql: "totals.sql" },
  "odd.json": {
    table: "odd",
    rows: 3,
    columns: { "tab\t name": { value: "a\tb\\c\nd\re\\N" }, 'quote"d': { each: ["", "\\N", null] } },
  },
};

const project = (changed: Readonly<Record<string, unknown>> = {}): ReturnType<typeof temporaryProject> =>
  temporaryProject({
    "veza-db.config.json": "{}",
    "seeds/totals.sql": "INSERT INTO totals SELECT country, count(*) FROM shop.customers GROUP BY country",
    "seeds/README.md": "not a seed",
    ...Object.fromEntries(
      Object.entries({ ...files, ...changed }).map(([name, file]) => [`seeds/${name}`, JSON.stringify(file)]),
    ),
  });

describe("a project of one's own", () => {
  test("is filled, with every kind of value", async ({ database }) => {
    await database.sql.unsafe(schema);
    await using own = await project();
    const run = (...args: string[]): ReturnType<typeof call> =>
      call(["seed", "--url", database.url, "--as-of", asOf, "--scale", "1", ...args], { cwd: own.folder });
    const { code, stdout, stderr } = await run("--json");
    expect(code, stderr).toBe(0);
    expect(at(parse(stdout), "data", "tables")).toEqual(
      expect.arrayContaining([
        { table: "countries", rows: 4 },
        { table: "shop.customers", rows: 50 },
        { table: "shop.orders", rows: 400 },
        { table: "products", rows: 30 },
        { table: "shop.wishes", rows: 100 },
        { table: "odd", rows: 3 },
      ]),
    );
    const one = (query: string): Promise<unknown> => valueOf(database.sql, query);
    expect(
      await one(
        "SELECT count(DISTINCT id)::int FROM shop.customers WHERE id::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]'",
      ),
    ).toBe(50);
    expect(await one("SELECT tags FROM shop.customers LIMIT 1")).toEqual(["a", "b c"]);
    expect(
      await one(`SELECT count(*)::int FROM shop.customers WHERE settings ->> 'colour' = E'"green"\\\\\\n'`),
    ).toBeGreaterThan(5);
    expect(await one("SELECT count(*)::int FROM shop.customers WHERE settings -> 'deep' ? 'gone'")).toBe(0);
    expect(await one("SELECT count(*)::int FROM shop.customers WHERE note IS NULL")).toBeGreaterThan(10);
    expect(await one("SELECT sum(customers)::int FROM totals")).toBe(50);
    expect(
      await one(
        "SELECT count(*)::int FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id WHERE o.placed_at < c.since OR o.paid_at > o.placed_at + interval '3 days'",
      ),
    ).toBe(0);
    expect(
      await one(
        "SELECT count(*)::int FROM shop.orders o JOIN shop.orders b ON b.id = o.before_id WHERE b.customer_id = o.customer_id AND b.id < o.id",
      ),
    ).toBeGreaterThan(50);
    expect(
      await one(
        "SELECT count(*)::int FROM products p WHERE wished <> (SELECT count(*) FROM shop.wishes w WHERE w.product_id = p.id)",
      ),
    ).toBe(0);
    expect(
      await one("SELECT count(*)::int FROM products WHERE name ~ ('^Product ' || id || '-[0-9a-f]{4}$')"),
    ).toBe(30);
    expect(await one(`SELECT bool_and("tab\t name" = E'a\\tb\\\\c\\nd\\re\\\\N') FROM odd`)).toBe(true);
    expect(await one(`SELECT json_agg("quote""d" ORDER BY "quote""d" NULLS LAST) FROM odd`)).toEqual([
      "",
      "\\N",
      null,
    ]);
    expect(
      await one(
        "INSERT INTO shop.orders (customer_id, total, placed_at) SELECT id, 1, now() FROM shop.customers LIMIT 1 RETURNING id",
      ),
    ).toBe("401");
    expect(await one("INSERT INTO products (name) VALUES ('x') RETURNING id")).toBe(31);

    const names = ["countries", "shop.customers", "shop.wishes", "buyers", "odd", "totals"];
    const before = await digests(database.sql, names);
    const again = await run("--truncate", "--confirm", database.name);
    expect(again.code, again.stderr).toBe(0);
    expect(await digests(database.sql, names)).toEqual(before);

    // At another scale the lookup table stays as it is.
    const smaller = await run(
      "--scale",
      "0.1",
      "--truncate",
      "--confirm",
      database.name,
      "--only",
      "customers",
    );
    expect(smaller.code).toBe(4); // orders still point to customers
    await database.sql`TRUNCATE shop.orders`;
    expect(
      (await run("--scale", "0.1", "--truncate", "--confirm", database.name, "--only", "customers")).code,
    ).toBe(0);
    expect(await one("SELECT count(*)::int FROM countries")).toBe(4);
    expect(await one("SELECT count(*)::int FROM shop.customers")).toBe(5);
  });

  test("may keep its files elsewhere", async ({ database }) => {
    await database.sql.unsafe(schema);
    await using own = await temporaryProject({
      "veza-db.config.json": '{"seeds": {"dir": "db/fill"}}',
      "db/fill/countries.json": JSON.stringify(files["countries.json"]),
      "other/buyers.json": JSON.stringify(files["buyers.json"]),
    });
    const first = await call(["seed", "--url", database.url], { cwd: own.folder });
    expect(first.stdout, first.stderr).toContain("countries");
    const second = await call(["seed", "--url", database.url, "--dir", "other"], { cwd: own.folder });
    expect(second.stdout, second.stderr).toContain("buyers");
    const third = await call(["seed", "--url", database.url], {
      cwd: own.folder,
      env: { VEZA_DB_SEEDS_DIR: "nowhere" },
    });
    expect(third.code).toBe(2);
    expect(third.stderr).toContain("nowhere");
  });
});

describe("what a file asks of the database", () => {
  const failing: readonly { what: string; changed: Record<string, unknown>; code: number; says: string }[] = [
    {
      what: "a column that is not there",
      changed: {
        "countries.json": {
          ...files["countries.json"],
          columns: { ...files["countries.json"].columns, capital: { value: "x" } },
        },
      },
      code: 2,
      says: 'seeds/countries.json: columns.capital: the table countries has no column "capital".',
    },
    {
      what: "a column that takes no NULL left out",
      changed: {
        "countries.json": { ...files["countries.json"], columns: { code: { each: ["FR", "DE"] } } },
      },
      code: 2,
      says: "countries.name takes no NULL and has no default",
    },
    {
      what: "a generated column",
      changed: {
        "customers.json": {
          ...files["customers.json"],
          columns: { ...files["customers.json"].columns, shout: { value: "x" } },
        },
      },
      code: 2,
      says: "shop.customers.shout is generated by the database",
    },
    {
      what: "a trigger that is not there",
      changed: { "buyers.json": { ...files["buyers.json"], withoutTriggers: ["count_buyers"] } },
      code: 2,
      says: 'the table buyers has no trigger "count_buyers"',
    },
    {
      what: "a value that the column does not take",
      changed: {
        "customers.json": {
          ...files["customers.json"],
          columns: { ...files["customers.json"].columns, mood: { value: "sad" } },
        },
      },
      code: 5,
      says: 'seeds/customers.json: invalid input value for enum shop.mood: "sad", while filling shop.customers.',
    },
    {
      what: "a value twice in a unique column",
      changed: {
        "buyers.json": { ...files["buyers.json"], columns: { id: { sequence: {} }, mail: { value: "x" } } },
      },
      code: 5,
      says: "duplicate key value violates unique constraint",
    },
    {
      what: "a reference to nobody, noticed when all rows are sent",
      changed: {
        "customers.json": {
          ...files["customers.json"],
          columns: { ...files["customers.json"].columns, country: { value: "XX" } },
        },
      },
      code: 5,
      says: "violates foreign key constraint",
    },
    {
      what: "a statement that fails",
      changed: { "totals.json": { table: "totals", of: "buyers", sql: "broken.sql" } },
      code: 5,
      says: 'seeds/broken.sql: relation "nowhere" does not exist',
    },
  ];
  test.for(failing)("$what", async ({ changed, code, says }, { database }) => {
    await database.sql.unsafe(schema);
    await using own = await project(changed);
    await own.write("seeds/broken.sql", "INSERT INTO totals SELECT * FROM nowhere");
    const result = await call(["seed", "--url", database.url, "--scale", "1"], { cwd: own.folder });
    expect({ code: result.code, stdout: result.stdout }, result.stderr).toEqual({ code, stdout: "" });
    expect(result.stderr).toContain(says);
    if (code === 5) expect(result.stderr).toMatch(/Rolled back; the database is unchanged\.\n$/);
    expect(await valueOf(database.sql, "SELECT count(*)::int FROM countries")).toBe(0);
    expect(await valueOf(database.sql, "SELECT count(*)::int FROM products")).toBe(0);
  });
});
