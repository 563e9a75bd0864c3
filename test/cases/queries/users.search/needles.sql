-- %, _ and \ are themselves; capitals are those of every script.
INSERT INTO users (id, email, username, password_hash, first_name, last_name) VALUES
    (1, '1@x', 'a_b',      'x', '100%',   NULL),
    (2, '2@x', 'axb',      'x', 'É',      'ÉMILE'),
    (3, '3@x', 'back\sl',  'x', 'O''Neil', 'quote"d'),
    (4, '4@x', 'солнце',   'x', 'ЛУНА',   NULL),
    (5, '5@x', 'note',     'x', '🎵 Max', NULL),
    (6, '6@x', 'x''; --',  'x', NULL,     NULL);
