-- Every line of the configuration files, with those that the server cannot use.
SELECT f.sourcefile AS "file", f.sourceline AS "line", f.name, f.setting AS "value", f.applied, f.error,
       coalesce(f.sourcefile ~ '(^|[/\\])postgresql\.auto\.conf$', false) AS "isAuto"
FROM pg_catalog.pg_file_settings AS f
ORDER BY f.seqno
