-- Imports, fixtures and restores bring their own ids. Those are taken (the identities are BY DEFAULT), but a
-- sequence that never hears of them gives the same number out again some day. So after each INSERT or COPY
-- that brought an id beyond its sequence, the sequence is moved up to it.

CREATE FUNCTION move_sequence_up(ids regclass, used bigint) RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ahead bigint := used - COALESCE(pg_sequence_last_value(ids), 0);
BEGIN
    IF ahead > 1000 THEN
        PERFORM setval(ids, used);
    ELSIF ahead > 0 THEN
        -- A short way is gone step by step: that never takes the sequence back under somebody who draws from it
        -- at this moment.
        WHILE nextval(ids) < used LOOP END LOOP;
    END IF;
END;
$$;

REVOKE ALL ON FUNCTION move_sequence_up(regclass, bigint) FROM PUBLIC;

CREATE FUNCTION keep_ids_ahead() RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
AS $$
DECLARE
    highest bigint;
BEGIN
    SELECT max(id) INTO highest FROM inserted;
    IF highest IS NOT NULL THEN
        PERFORM move_sequence_up(
            pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), highest);
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION move_sequence_up(regclass, bigint) IS 'Moves a sequence up to a number that is in use; never down.';
COMMENT ON FUNCTION keep_ids_ahead() IS 'Trigger: moves the sequence of the column id up to the highest id inserted.';

CREATE TRIGGER users_keep_ids_ahead AFTER INSERT ON users
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
CREATE TRIGGER tracks_keep_ids_ahead AFTER INSERT ON tracks
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
CREATE TRIGGER playlists_keep_ids_ahead AFTER INSERT ON playlists
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
CREATE TRIGGER chat_rooms_keep_ids_ahead AFTER INSERT ON chat_rooms
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
CREATE TRIGGER comments_keep_ids_ahead AFTER INSERT ON comments
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
CREATE TRIGGER audit_logs_keep_ids_ahead AFTER INSERT ON audit_logs
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION keep_ids_ahead();
-- chat_messages, where every microsecond counts, does this in the trigger that counts its messages.

DO $$
DECLARE
    f regprocedure;
BEGIN
    FOREACH f IN ARRAY ARRAY[
        'keep_ids_ahead()'
    ]::regprocedure[]
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', f, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END;
$$;
