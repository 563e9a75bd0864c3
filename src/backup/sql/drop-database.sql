-- Drops a database that only the tool knows of, with whoever is in it.
DROP DATABASE IF EXISTS :"database" WITH (FORCE);
