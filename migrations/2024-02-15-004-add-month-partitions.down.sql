DROP FUNCTION create_month_partitions(regclass, date, integer);
