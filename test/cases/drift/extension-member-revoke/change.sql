REVOKE EXECUTE ON FUNCTION t.citext_eq(t.citext, t.citext) FROM PUBLIC;
