-- Begins the transaction whose snapshot everything of a backup is read in.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
