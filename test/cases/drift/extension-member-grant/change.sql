GRANT EXECUTE ON FUNCTION t.citext_eq(t.citext, t.citext) TO pg_monitor;
