/** Names and literals out of texts, whatever they look like. */
import { describe, expect, test } from "vitest";
import { Names } from "../../src/report/redact/names.ts";

function learned(...tables: readonly string[]): Names {
  const names = new Names();
  for (const table of tables) names.learn("table", table);
  return names;
}

describe("SQL", () => {
  test.each([
    ["SELECT t.name, t.key FROM t", "SELECT name_1.name_2, name_1.name_3 FROM name_1"],
    ['SELECT "password" FROM "order"."user"', "SELECT name_1 FROM name_2.name_3"],
    ["SELECT order.day FROM day.order", "SELECT name_1.name_2 FROM name_2.name_1"],
    ["SELECT pg_catalog.now(), excluded.x", "SELECT pg_catalog.now(), excluded.name_1"],
    ["SELECT 'a''b', E'c\\'d', $x$e$x$, 12.5e3, 0x1f -- f\n/* g */", "SELECT ?, ?, ?, ?, ?  \n "],
    ["SELECT 'cut in the midd", "SELECT ?"],
    ["SELECT 'é' AS ünicode, \u202e", "SELECT ? AS name_1, ?"],
  ])("%j becomes %j", (text, redacted) => {
    expect(new Names().sql(text)).toBe(redacted);
  });

  test("a table that bears a word of SQL for a name", () => {
    expect(learned("day").sql("SELECT count(*) FROM day")).toBe("SELECT count(*) FROM table_1");
  });
});

describe("sentences", () => {
  test.each([
    ["the tool keeps its name", ["veza"], "veza-db migrate", "veza-db migrate"],
    ["so does a setting", [], "No Redis is named (redis.url).", "No Redis is named (redis.url)."],
    [
      "a name of several words",
      ["my-app db"],
      "42 rows of my-app db are dead",
      "42 rows of table_1 are dead",
    ],
    ["an alias is not taken for a name", ["a"], 'in "a", not in "b"', 'in "table_1", not in "name_1"'],
    ["a role", [], "hidden from the role alice: GRANT", "hidden from the role user_1: GRANT"],
    ["a path", [], "cannot read /home/alice/x.json now", "cannot read <path> now"],
    ["a word of ours", ["statement"], "this statement is slow", "this statement is slow"],
  ])("%s", (_, tables, sentence, redacted) => {
    expect(learned(...tables).text(sentence)).toBe(redacted);
  });

  test.each([
    [
      'hidden from the role a b: GRANT pg_monitor TO "a b";',
      "a b",
      'hidden from the role user_1: GRANT pg_monitor TO "user_1";',
    ],
    ["the role all: all tables, tall ones", "all", "the role user_1: user_1 tables, tall ones"],
    ["of $1 and x$1", "$1", "of user_1 and xuser_1"],
  ])("one name out of %j", (text, name, redacted) => {
    expect(new Names().without(text, "user", name)).toBe(redacted);
  });

  test("PostgreSQL's own begin with pg_; a database or a column may be a user's all the same", () => {
    const names = new Names();
    expect(names.of("schema", "pg_catalog")).toBe("pg_catalog");
    expect(names.of("application", "pg_dump")).toBe("pg_dump");
    expect(names.of("database", "postgres")).toBe("postgres");
    expect(names.of("database", "template1")).toBe("template1");
    expect(names.of("database", "pg_zebra")).toBe("database_1");
    expect(names.of("column", "pg_zebra_at")).toBe("column_1");
  });

  test("of what the server wrote nothing is left", () => {
    expect(new Names().foreign("The server refused it: permission denied for table zebra")).toBe(
      "The server refused it (more is withheld)",
    );
  });

  test("commands are ours, statements are not", () => {
    const names = learned("plan");
    expect(names.mend("veza-db partition plan")).toBe("veza-db partition plan");
    expect(names.mend('ANALYZE "public"."zebra";')).toBe("ANALYZE public.name_1;");
    // A table of PostgreSQL's manner of name is still a user's.
    expect(learned("pg_zebra").sql("SELECT 1 FROM pg_zebra")).toBe("SELECT ? FROM table_1");
  });
});
