-- A list of rooms shows how many messages each has and when the last one came. Counting two
-- hundred thousand messages for that is too slow; one counter per room would make everybody who writes
-- in a busy room wait for everybody else. So a room has up to sixteen: a session adds to the one that its process id
-- names, and the sum is the number of messages, exact at every commit.

CREATE TABLE chat_room_stats (
    room_id         bigint      NOT NULL REFERENCES chat_rooms (id) ON DELETE CASCADE,
    slot            smallint    NOT NULL,
    message_count   bigint      NOT NULL,
    last_message_at timestamptz NOT NULL,
    PRIMARY KEY (room_id, slot)
)
WITH (fillfactor = 50);

COMMENT ON TABLE chat_room_stats IS
    'Message counters of a room, in slots: sum(message_count) is its number of messages. Kept by triggers.';
COMMENT ON COLUMN chat_room_stats.message_count IS 'What this slot saw come minus what it saw go; alone it may be negative.';
COMMENT ON COLUMN chat_room_stats.last_message_at IS
    'max() over the slots is not before the room''s last message: where a search for that one may begin.';

INSERT INTO chat_room_stats (room_id, slot, message_count, last_message_at)
SELECT room_id, 0, count(*), max(created_at) FROM chat_messages GROUP BY room_id;

-- A room that is itself being deleted has nothing left to count, hence the look at chat_rooms.
CREATE FUNCTION chat_room_stats_add(room bigint, n bigint, latest timestamptz) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    my_slot smallint := pg_backend_pid() & 15;
BEGIN
    UPDATE chat_room_stats s
       SET message_count = s.message_count + n, last_message_at = GREATEST(s.last_message_at, latest)
     WHERE s.room_id = room AND s.slot = my_slot;
    IF NOT FOUND THEN
        INSERT INTO chat_room_stats AS s (room_id, slot, message_count, last_message_at)
        SELECT r.id, my_slot, n, latest FROM chat_rooms r WHERE r.id = room
        ON CONFLICT (room_id, slot) DO UPDATE
        SET message_count = s.message_count + EXCLUDED.message_count,
            last_message_at = GREATEST(s.last_message_at, EXCLUDED.last_message_at);
    END IF;
END;
$$;

CREATE FUNCTION chat_messages_count() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    first_room bigint;
    last_room  bigint;
    n          bigint;
    latest     timestamptz;
    highest_id bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT min(i.room_id), max(i.room_id), count(*), max(i.created_at), max(i.id)
          INTO first_room, last_room, n, latest, highest_id
          FROM inserted i;
        -- Nearly always one row: the short way. chat_room_stats_add() is written out to save a call.
        IF first_room = last_room THEN
            UPDATE chat_room_stats s
               SET message_count = s.message_count + n, last_message_at = GREATEST(s.last_message_at, latest)
             WHERE s.room_id = first_room AND s.slot = (pg_backend_pid() & 15)::smallint;
            IF NOT FOUND THEN
                PERFORM chat_room_stats_add(first_room, n, latest);
            END IF;
        ELSE
            PERFORM chat_room_stats_add(c.room_id, c.n, c.latest)
               FROM (SELECT i.room_id, count(*) AS n, max(i.created_at) AS latest
                       FROM inserted i GROUP BY i.room_id ORDER BY i.room_id) c;
        END IF;
        -- The sequence is kept ahead of ids that somebody brought along: see keep_ids_ahead().
        IF highest_id > COALESCE(pg_sequence_last_value('chat_messages_id_seq'), 0) THEN
            PERFORM move_sequence_up('chat_messages_id_seq', highest_id);
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM chat_room_stats_add(c.room_id, c.n, c.latest)
           FROM (SELECT room_id, - count(*) AS n, max(created_at) AS latest
                   FROM deleted GROUP BY room_id ORDER BY room_id) c;
    ELSIF TG_OP = 'UPDATE' THEN
        -- Messages that moved to another room or to a later time.
        PERFORM chat_room_stats_add(c.room_id, c.n, c.latest)
           FROM (SELECT room_id, sum(step)::bigint AS n, max(created_at) AS latest
                   FROM (SELECT room_id, created_at, 1 AS step FROM inserted
                         UNION ALL
                         SELECT room_id, created_at, -1 FROM deleted) moved
                  GROUP BY room_id
                 HAVING sum(step) <> 0
                     OR max(created_at) FILTER (WHERE step = 1) > max(created_at) FILTER (WHERE step = -1)
                  ORDER BY room_id) c;
    ELSE
        DELETE FROM chat_room_stats;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER chat_messages_count_insert AFTER INSERT ON chat_messages
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION chat_messages_count();
CREATE TRIGGER chat_messages_count_update AFTER UPDATE ON chat_messages
    REFERENCING OLD TABLE AS deleted NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION chat_messages_count();
CREATE TRIGGER chat_messages_count_delete AFTER DELETE ON chat_messages
    REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION chat_messages_count();
CREATE TRIGGER chat_messages_count_truncate AFTER TRUNCATE ON chat_messages
    FOR EACH STATEMENT EXECUTE FUNCTION chat_messages_count();

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'chat_room_stats_add(bigint, bigint, timestamptz)',
        'chat_messages_count()'
    ]::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', f, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END;
$$;
