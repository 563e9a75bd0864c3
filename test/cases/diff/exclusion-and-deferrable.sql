-- exclusion and deferrable
CREATE EXTENSION btree_gist; CREATE TABLE r (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&));
-- becomes
CREATE EXTENSION btree_gist; CREATE TABLE r (room int NOT NULL, during tstzrange, CONSTRAINT ex EXCLUDE USING gist (room WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED);
