DO $$
BEGIN
  CREATE ROLE "Odd ""Owner";
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;
CREATE TABLE a (id int);
