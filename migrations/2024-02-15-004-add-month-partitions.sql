-- Chat and audit will only ever grow, and only ever at one end. Their tables will be split by month
-- from the first row on, so that old months can go without a DELETE. This is the one function
-- that makes such months; in running systems `veza-db partition maintain` does it by policy.
--
-- Months begin at midnight UTC, as full literals with an offset: a session in Paris makes the same bounds as
-- one in New York, and summer time opens no gap. What exists is recognised by its bounds, not by
-- its name. There is no DEFAULT partition: one row in it would stand in the way of the month it belongs to.

CREATE FUNCTION create_month_partitions(parent regclass, first_month date, months integer DEFAULT 1)
RETURNS integer
LANGUAGE plpgsql
SET TimeZone = 'UTC'
SET DateStyle = 'ISO'
AS $$
DECLARE
    parent_schema name;
    parent_name   name;
    part_name     name;
    stem          text;
    lower_bound   timestamptz;
    upper_bound   timestamptz;
    made          integer := 0;
BEGIN
    SELECT n.nspname, c.relname INTO parent_schema, parent_name
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = c.oid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
     WHERE c.oid = parent AND p.partstrat = 'r' AND p.partnatts = 1
       AND a.atttypid = 'pg_catalog.timestamptz'::pg_catalog.regtype;
    IF NOT FOUND THEN
        RAISE EXCEPTION '% is not partitioned by range of one timestamp with time zone', parent
            USING ERRCODE = 'wrong_object_type';
    END IF;

    -- Two sessions asking for the same month at once take turns.
    PERFORM pg_catalog.pg_advisory_xact_lock('pg_catalog.pg_class'::pg_catalog.regclass::integer, parent::oid::integer);

    -- 63 bytes are all that a name may have: the month stays whole, the table's name gives way.
    stem := parent_name;
    WHILE pg_catalog.octet_length(stem) > 54 LOOP
        stem := pg_catalog.left(stem, -1);
    END LOOP;

    FOR i IN 0 .. months - 1 LOOP
        lower_bound := pg_catalog.date_trunc('month', first_month::timestamptz) + pg_catalog.make_interval(months => i);
        upper_bound := lower_bound + interval '1 month';

        CONTINUE WHEN EXISTS (
            SELECT 1
              FROM pg_catalog.pg_inherits h
              JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
             CROSS JOIN LATERAL pg_catalog.regexp_match(
                       pg_catalog.pg_get_expr(c.relpartbound, c.oid),
                       '^FOR VALUES FROM \((?:''(.+)''|MINVALUE)\) TO \((?:''(.+)''|MAXVALUE)\)$') b
             WHERE h.inhparent = parent
               AND b IS NOT NULL
               AND COALESCE(b[1]::timestamptz, '-infinity') <= lower_bound
               AND COALESCE(b[2]::timestamptz, 'infinity') >= upper_bound);

        part_name := stem || pg_catalog.to_char(lower_bound, '"_p"YYYY"_"MM');

        -- Built beside the parent and then attached: this holds up no reader and no writer of the parent.
        EXECUTE pg_catalog.format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
                       parent_schema, part_name, parent_schema, parent_name);
        EXECUTE pg_catalog.format('ALTER TABLE %I.%I ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
                       parent_schema, parent_name, parent_schema, part_name, lower_bound, upper_bound);
        made := made + 1;
    END LOOP;
    RETURN made;
END;
$$;

COMMENT ON FUNCTION create_month_partitions(regclass, date, integer) IS
    'Makes the monthly partitions (UTC) that parent lacks, from the month of first_month on; returns how many it made.';
