-- Everything that a report reads, it reads in one transaction that cannot write.
BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY
