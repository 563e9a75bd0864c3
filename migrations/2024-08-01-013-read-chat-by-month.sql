-- Two years of chat are some thirty partitions, and a query over all of them pays for each: a plan that names it, a scan
-- that is made ready and finds nothing. A page of messages lies in one or two. These functions know
-- which: a bound that is a parameter leaves the other months out before they are opened, and each session plans once.
--
-- They write nothing and have their caller's rights. The plan is made for all months and used for any, since one that is made
-- for its parameters would have to be made again each time.

-- A room's messages before a place, newest first, at most so many. With the room's counters and age it guesses how far back they
-- reach, and goes further back, four times as far each time, until they are found.
CREATE FUNCTION chat_messages_before(room bigint, before_created_at timestamptz, before_id bigint, most bigint)
RETURNS SETOF chat_messages
LANGUAGE plpgsql
STABLE
ROWS 50
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    last_at     timestamptz;
    total       bigint;
    born_at     timestamptz;
    days        double precision;
    upper_bound timestamptz;
    lower_bound timestamptz;
    found_now   bigint;
    missing     bigint := most;
BEGIN
    SELECT max(s.last_message_at), sum(s.message_count) INTO last_at, total
      FROM chat_room_stats s
     WHERE s.room_id = room;
    IF last_at IS NULL THEN
        RETURN;
    END IF;
    upper_bound := LEAST(before_created_at, last_at);
    SELECT r.created_at INTO born_at FROM chat_rooms r WHERE r.id = room;
    days := 1.25 * most * EXTRACT(epoch FROM last_at - born_at) / 86400 / GREATEST(total, 1);
    LOOP
        lower_bound := CASE
            WHEN upper_bound = 'infinity' OR upper_bound = '-infinity' OR days IS NULL OR days NOT BETWEEN 0 AND 3650
            THEN '-infinity'
            ELSE date_trunc('month', upper_bound - make_interval(days => days::integer), 'UTC')
        END;
        RETURN QUERY
        SELECT m.*
          FROM chat_messages m
         WHERE m.room_id = room
           AND m.created_at >= lower_bound
           AND m.created_at <= upper_bound
           AND (m.created_at, m.id)
               < (COALESCE(before_created_at, 'infinity'), COALESCE(before_id, 9223372036854775807))
         ORDER BY m.created_at DESC, m.id DESC
         LIMIT missing;
        GET DIAGNOSTICS found_now = ROW_COUNT;
        missing := missing - found_now;
        EXIT WHEN missing <= 0 OR most - missing >= total OR lower_bound = '-infinity';
        upper_bound := lower_bound - interval '1 microsecond';
        days := 4 * days + 60;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION chat_messages_before(bigint, timestamptz, bigint, bigint) IS
    'The newest messages of a room before (before_created_at, before_id), or of all where these are NULL, newest first.';

-- Messages of a room by their ids, with the time in which to look for them.
CREATE FUNCTION chat_messages_by_id(room bigint, ids bigint[], since timestamptz, until timestamptz)
RETURNS SETOF chat_messages
LANGUAGE plpgsql
STABLE STRICT
ROWS 10
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT m.*
      FROM chat_messages m
     WHERE m.id = ANY (ids) AND m.created_at >= since AND m.created_at <= until AND m.room_id = room;
END;
$$;

COMMENT ON FUNCTION chat_messages_by_id(bigint, bigint[], timestamptz, timestamptz) IS
    'Messages of a room by their ids, looked for between two times, both included.';

-- A room's last message, which is not after a time that chat_room_stats knows. Mostly it is of that very time.
CREATE FUNCTION chat_messages_last(room bigint, not_after timestamptz)
RETURNS SETOF chat_messages
LANGUAGE plpgsql
STABLE STRICT
ROWS 1
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT m.*
      FROM chat_messages m
     WHERE m.room_id = room AND m.created_at = not_after
     ORDER BY m.id DESC
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN QUERY
        SELECT m.*
          FROM chat_messages m
         WHERE m.room_id = room AND m.created_at < not_after
         ORDER BY m.created_at DESC, m.id DESC
         LIMIT 1;
    END IF;
END;
$$;

COMMENT ON FUNCTION chat_messages_last(bigint, timestamptz) IS
    'The last message of a room, none of which is after a time; of two at once the one with the later id.';

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY['chat_messages_before(bigint, timestamptz, bigint, bigint)',
                             'chat_messages_by_id(bigint, bigint[], timestamptz, timestamptz)',
                             'chat_messages_last(bigint, timestamptz)']::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', f, current_schema());
    END LOOP;
END;
$$;
