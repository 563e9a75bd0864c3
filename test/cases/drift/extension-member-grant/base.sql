-- alone: an extension
CREATE EXTENSION citext SCHEMA t;
