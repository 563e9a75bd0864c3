-- a mode that changes where the result stays a record; a name that comes to an argument, and to a result
CREATE FUNCTION f(a text, b text, INOUT c text, OUT d text) LANGUAGE plpgsql AS $$begin d := a; end$$;
CREATE VIEW v AS SELECT c, d FROM f('a', 'b', 'c');
CREATE FUNCTION g(int, OUT int, OUT text) LANGUAGE sql AS $$select 1, 'x'$$;
CREATE FUNCTION h(int[]) RETURNS int LANGUAGE sql AS 'select 1';
CREATE PROCEDURE p(a text, b text, INOUT c text) LANGUAGE plpgsql AS $$begin c := a; end$$;
CREATE PROCEDURE o(a text, OUT b text) LANGUAGE plpgsql AS $$begin b := a; end$$;
-- becomes
CREATE FUNCTION f(a text, INOUT b text, INOUT c text, OUT d text) LANGUAGE plpgsql AS $$begin d := a; end$$;
CREATE VIEW v AS SELECT c, d FROM f('a', 'b', 'c');
CREATE FUNCTION g(n int, OUT a int, OUT b text) LANGUAGE sql AS $$select 1, 'x'$$;
CREATE FUNCTION h(VARIADIC n int[]) RETURNS int LANGUAGE sql AS 'select 1';
CREATE PROCEDURE p(a text, INOUT b text, INOUT c text) LANGUAGE plpgsql AS $$begin c := a; end$$;
CREATE PROCEDURE o(a text, INOUT b text) LANGUAGE plpgsql AS $$begin b := a; end$$;
