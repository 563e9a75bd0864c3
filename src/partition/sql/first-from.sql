-- The first time from a moment on that has a row in the default partition; infinite ones belong nowhere else.
SELECT min(:"column") FROM ONLY :"table" WHERE :"column" >= $1 AND :"column" > '-infinity' AND :"column" < 'infinity'
