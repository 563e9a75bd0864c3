/** Words that tell nothing of anybody: of SQL, of EXPLAIN, of types and of PostgreSQL's own functions. All others are names. */
const sql = `a abs access action add after age aggregate alias all alter always analyze and any append array as asc at atomic attach
avg before begin between bigint bigserial bit bool boolean both btree buffers by bytea c cascade case cast ceil char character check
checkpoint class cluster coalesce collate column columns comment commit concat concat_ws concurrently conflict constraint constraints
copy count create cross cube cume_dist current current_date current_time current_timestamp current_user cursor cycle data database date
date_part date_trunc day deallocate dec decimal declare default deferrable deferred delete dense_rank desc detach disable discard
distinct do double drop each else enable encode end enum epoch escape except exclude excluded execute exists explain extension extract
false fetch filter first first_value float float4 float8 floor following for force foreign format from full function generate_series
gin gist grant greatest group grouping groups hash having hour hstore if ignore ilike immediate in include index inet inner inout
insert instead int int2 int4 int8 integer intersect interval into is isnull isolation join json json_agg json_build_object jsonb
jsonb_agg jsonb_build_object jsonb_build_array jsonb_array_elements key lag language last last_value lateral lead leading least left
length level like limit listen local localtime localtimestamp lock locked log lower ltrim materialized max md5 merge microseconds
milliseconds min minute mod mode month name natural next no not nothing notify notnull now nowait ntile null nullif nulls numeric
object of off offset oid on only operator option or order ordinality others out outer over overlaps overriding owner partition
passing percent_rank percentile_cont percentile_disc placing plan power preceding precision prepare preserve primary privileges
procedure public quote random range rank read real recursive references refresh regclass regexp_replace reindex release rename repeatable
replace replica reset restrict returning returns revoke right role rollback rollup round row row_number row_to_json rows rtrim
savepoint schema scroll second security select sequence serial serializable session session_user set setof sets share show sign similar
simple skip smallint some split_part sqrt stable start statement statistics stddev storage stored strict string_agg strpos sub
substr substring sum symmetric system table tables tablesample tablespace temp temporary text then ties time timestamp timestamptz to
to_char to_date to_json to_jsonb to_timestamp to_tsquery to_tsvector trailing transaction trigger trim true truncate ts_rank type
unbounded uncommitted union unique unknown unlisten unlogged unnest until update upper user using uuid vacuum valid validate value values
varchar variadic verbose view volatile week when where width_bucket window with within without work write xml year zone brin spgist
ops gin_trgm_ops similarity word_similarity websearch_to_tsquery plainto_tsquery array_agg array_length array_position bool_and bool_or
every jsonb_each jsonb_set gen_random_uuid clock_timestamp statement_timestamp transaction_timestamp nextval currval setval exclusive mode`;

const explain = `aggregate append backward bitmap cache cond conflict cost custom cte cpu disabled exact filter forward function gather
hash hashagg heap incremental index initplan inner jit join joins key keys limit loops materialize memoize memory merge method mixed
modifytable nested never node none nothing only output parallel partial partitions planned planning plans presorted project projectset
query removed resolution result returned right rows scan semi anti seq setop settings simple sort sorted strategy subplan subplans subquery
tid total unique update values width windowagg workers worktable launched arbiter indexes tuples group params evaluated order single
copy logical conflicting run condition recheck lossy blocks hashed finalize mode one-time sample sampling foreign table minmaxaggregate`;

const known = new Set(`${sql} ${explain}`.split(/\s+/));

/** Settings and objects of PostgreSQL itself, which messages name. */
const own =
  /^(?:pg_[a-z_]+|(?:track|max|min|shared|archive|idle_in|lock|statement|wal|checkpoint|default|effective|random_page|work|maintenance_work|enable|superuser|reserved|hot_standby|autovacuum)_[a-z_]+|autovacuum|search_path|work_mem)$/;

/** True for a word that may stay. */
export function isCommonWord(word: string): boolean {
  const lower = word.toLowerCase();
  return known.has(lower) || own.test(lower);
}
