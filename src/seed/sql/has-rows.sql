-- Whether a table holds a row.
SELECT EXISTS (SELECT FROM :"table") AS "hasRows"
