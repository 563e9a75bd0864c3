/** What indexes have besides their definition: tablespace, the mark of CLUSTER, statistics targets of expressions. */
import { test } from "vitest";
import { createDatabase, expect, onServer } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { skipHereUnless } from "../support/skip.ts";
import { policyProject } from "./support/project.ts";

const space = "veza test space";

/** Each index that holds rows with what it has, a line each; names of partitions and indexes left out. */
async function traitsOf({ sql }: TestDatabase, like: string): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    SELECT DISTINCT concat_ws(' ', substring(pg_get_indexdef(i.indexrelid) FROM 'USING.*'), s.spcname, CASE WHEN i.indisclustered THEN 'clustered' END,
        (SELECT string_agg(a.attnum || '=' || a.attstattarget, ',') FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)) AS line
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
     WHERE t.relkind = 'r' AND t.relname ~ ${like} ORDER BY 1`;
  return rows.map(({ line }) => line);
}

test("come along to every partition, the later ones too, and back again", async (context) => {
  const [setting] = await onServer(
    (admin) => admin`SELECT FROM pg_settings WHERE name = 'allow_in_place_tablespaces'`,
  );
  skipHereUnless(context, setting !== undefined, "the server has no tablespaces in place");
  await onServer(async (admin) => {
    await admin`SET allow_in_place_tablespaces = on`;
    await admin.unsafe(`CREATE TABLESPACE "${space}" LOCATION ''`);
  });
  try {
    await using database = await createDatabase();
    const { sql } = database;
    await sql.unsafe(`
      CREATE TABLE notes (id bigint, at timestamptz NOT NULL, body text);
      ALTER TABLE notes ADD PRIMARY KEY (id) USING INDEX TABLESPACE "${space}";
      ALTER TABLE notes ADD UNIQUE (at, body) USING INDEX TABLESPACE "${space}";
      CREATE INDEX by_body ON notes (lower(body), id) TABLESPACE "${space}" WHERE id > 0;
      CREATE INDEX "by Time" ON notes (at);
      ALTER INDEX by_body ALTER COLUMN 1 SET STATISTICS 432;
      ALTER TABLE notes CLUSTER ON "by Time";
      INSERT INTO notes SELECT g, now() - g * interval '9 hours', 'note ' || g FROM generate_series(1, 200) g;`);
    const before = await traitsOf(database, "^notes$");
    expect(before).toHaveLength(4);
    const wider = before.map((line) => line.replace("(id)", "(id, at)"));
    await using project = await policyProject(database.url, {
      notes: { table: "notes", column: "at", interval: "month", premake: 9, default: true },
    });
    const convert = await project.partition("convert notes --by at --yes --json");
    expect(convert.code, convert.stderr).toBe(0);
    expect(await traitsOf(database, "^notes_p")).toEqual(wider);
    expect((await project.partition("maintain --json")).data()["created"]).toHaveLength(4);
    expect(await traitsOf(database, "^notes_(p|default)")).toEqual(wider);
    await sql`INSERT INTO notes SELECT 1000 + g, now() + interval '14 months' + g * interval '20 days', 'late' FROM generate_series(1, 4) g`;
    const drained = await project.partition("maintain --json");
    expect(drained.code, drained.stderr).toBe(0);
    expect(await traitsOf(database, "^notes_(p|default$)")).toEqual(wider);
    const back = await project.partition("convert notes --rollback --yes --json");
    expect(back.code, back.stderr).toBe(0);
    expect(await traitsOf(database, "^notes$")).toEqual(before);

    expect((await project.partition("convert notes --by at --yes --json")).code).toBe(0);
    await sql`DROP TABLE notes_legacy`;
    const undo = await project.partition("undo notes --yes --json");
    expect(undo.code, undo.stderr).toBe(0);
    expect(await traitsOf(database, "^notes$")).toEqual(wider);
  } finally {
    await onServer((admin) => admin.unsafe(`DROP TABLESPACE "${space}"`));
  }
});
