-- Some rows that have expired, those first that expired first; rows that somebody holds are left for the next batch.
WITH expired AS (
  SELECT ctid AS place FROM ONLY :"table" WHERE :"column" < $1 ORDER BY :"column" LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM ONLY :"table" t USING expired WHERE t.ctid = expired.place
