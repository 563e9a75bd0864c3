DROP FUNCTION recount_counters();
DROP VIEW counter_differences;
DROP VIEW track_search_counted;
DROP VIEW user_stats_counted;
