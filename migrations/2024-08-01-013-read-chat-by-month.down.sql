DROP FUNCTION chat_messages_last(bigint, timestamptz);
DROP FUNCTION chat_messages_by_id(bigint, bigint[], timestamptz, timestamptz);
DROP FUNCTION chat_messages_before(bigint, timestamptz, bigint, bigint);
