-- Behind a pooler: whether another run has done this migration since the history was read.
SELECT status FROM :"history" WHERE id = $1
