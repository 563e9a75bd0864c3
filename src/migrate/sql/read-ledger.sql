-- What is recorded as applied: just enough to plan.
SELECT id, checksum, status, statements_done AS "statementsDone", statements_total AS "statementsTotal"
FROM :"history"
