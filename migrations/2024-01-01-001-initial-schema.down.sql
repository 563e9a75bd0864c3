-- Takes the accounts away again, and everything in them.
DROP TABLE users;
DROP FUNCTION set_updated_at();
