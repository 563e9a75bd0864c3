UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't.i'::regclass;
