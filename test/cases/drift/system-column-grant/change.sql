GRANT SELECT (tableoid, xmin) ON g TO pg_monitor;
GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO pg_monitor;
CREATE TABLE h (v text);
GRANT SELECT (ctid) ON h TO pg_monitor WITH GRANT OPTION;
GRANT SELECT (rolname) ON pg_catalog.pg_authid TO CURRENT_USER;
GRANT SELECT (cmax) ON g TO CURRENT_USER;
