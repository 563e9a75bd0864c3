-- How a half-applied migration was left. The statement it stopped at may have got through unless the server's refusal of it was logged.
SELECT
  h.sql_content AS "sqlContent",
  NOT EXISTS (
    SELECT FROM :"log" l
    WHERE l.migration_id = h.id
      AND l.outcome = 'failed'
      AND l.statement_number = h.statements_done + 1
      AND l.logged_at >= h.applied_at
  ) AS "mayHavePassed"
FROM :"history" h
WHERE h.id = $1
