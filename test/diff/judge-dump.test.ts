/** What the second judge does not mind. */
import { expect, test } from "vitest";
import { sortedLines } from "../../src/diff/judge-dump.ts";

const alike: readonly (readonly [what: string, one: string, other: string])[] = [
  [
    "storage options",
    "WITH (fillfactor='70', autovacuum_enabled='off');",
    "WITH (autovacuum_enabled='off', fillfactor='70');",
  ],
  [
    "options of an index with a condition",
    "CREATE INDEX i ON public.t USING btree (a) WITH (fillfactor='70', deduplicate_items='off') WHERE (a > 0);",
    "CREATE INDEX i ON public.t USING btree (a) WITH (deduplicate_items='off', fillfactor='70') WHERE (a > 0);",
  ],
  [
    "options of a view",
    "CREATE VIEW public.v WITH (security_barrier='true', check_option='local') AS",
    "CREATE VIEW public.v WITH (check_option='local', security_barrier='true') AS",
  ],
  [
    "options of a column",
    "ALTER TABLE ONLY public.t ALTER COLUMN a SET (n_distinct=5, n_distinct_inherited=3);",
    "ALTER TABLE ONLY public.t ALTER COLUMN a SET (n_distinct_inherited=3, n_distinct=5);",
  ],
  ["columns", "    a integer,\n    b text\n", "    b text,\n    a integer\n"],
  ["line ends", "  BEGIN\r\n  END\r\n", "  BEGIN\n  END\n"],
];

test.each(alike)("the order of %s, or their form, is no difference", (_, one, other) => {
  expect(sortedLines(one)).toEqual(sortedLines(other));
});

const unlike: readonly (readonly [what: string, one: string, other: string])[] = [
  [
    "another value",
    "WITH (fillfactor='70', autovacuum_enabled='off');",
    "WITH (autovacuum_enabled='off', fillfactor='71');",
  ],
  [
    "columns of a key",
    "    ADD CONSTRAINT k UNIQUE (a, b) WITH (fillfactor='70');",
    "    ADD CONSTRAINT k UNIQUE (b, a) WITH (fillfactor='70');",
  ],
  [
    "operators",
    "    ADD CONSTRAINT x EXCLUDE USING gist (a WITH =, b WITH &&);",
    "    ADD CONSTRAINT x EXCLUDE USING gist (b WITH &&, a WITH =);",
  ],
];

test.each(unlike)("%s: a difference all the same", (_, one, other) => {
  expect(sortedLines(one)).not.toEqual(sortedLines(other));
});
