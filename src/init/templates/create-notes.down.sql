-- Takes back the first table, with every note in it.
DROP TABLE notes;
