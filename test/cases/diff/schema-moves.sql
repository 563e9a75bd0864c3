-- schema moves
CREATE SCHEMA one; CREATE TABLE one.t (id serial PRIMARY KEY); CREATE TYPE one.e AS ENUM ('a'); CREATE TABLE u (e one.e, t int REFERENCES one.t);
-- becomes
CREATE SCHEMA two; CREATE TABLE two.t (id serial PRIMARY KEY); CREATE TYPE two.e AS ENUM ('a'); CREATE TABLE u (e two.e, t int REFERENCES two.t);
