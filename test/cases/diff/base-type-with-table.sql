-- base type with table
CREATE TYPE w; CREATE FUNCTION w_in(cstring) RETURNS w LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION w_out(w) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'; CREATE TYPE w (INPUT = w_in, OUTPUT = w_out, LIKE = text); CREATE TABLE t (x w); CREATE CAST (w AS text) WITHOUT FUNCTION AS IMPLICIT;
-- becomes
CREATE TABLE t (x text);
