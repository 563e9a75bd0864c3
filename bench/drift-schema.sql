-- `:tables` tables of ten columns with a key, a check, two indexes, a foreign key and a comment each.
DO $$
DECLARE
  n integer := current_setting('bench.tables')::integer;
BEGIN
  FOR i IN 1 .. n LOOP
    EXECUTE format(
      'CREATE TABLE t%s (id bigint PRIMARY KEY, parent bigint, name text NOT NULL, kind varchar(20) DEFAULT ''a'' CHECK (kind IN (''a'', ''b'')), a integer, b numeric(10,2), c timestamptz DEFAULT now(), d jsonb, e boolean NOT NULL DEFAULT false, f text[])', i);
    EXECUTE format('CREATE INDEX ON t%s (name)', i);
    EXECUTE format('CREATE INDEX ON t%s (kind, c DESC) WHERE e', i);
    IF i > 1 THEN EXECUTE format('ALTER TABLE t%s ADD FOREIGN KEY (parent) REFERENCES t%s', i, i - 1); END IF;
    EXECUTE format('COMMENT ON TABLE t%s IS ''table %s''', i, i);
    IF i % 200 = 0 THEN COMMIT; END IF;
  END LOOP;
END
$$
