-- Who leaves keeps its column; who goes was partitioned by it.
CREATE TABLE logs (at int, size int, note text) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (0) TO (10);
CREATE TABLE logs_by_note PARTITION OF logs FOR VALUES FROM (10) TO (20) PARTITION BY LIST (note);
CREATE TABLE logs_by_note_a PARTITION OF logs_by_note FOR VALUES IN ('a');
CREATE TABLE logs_by_size PARTITION OF logs FOR VALUES FROM (20) TO (30) PARTITION BY LIST (size);
CREATE TABLE base (a int, b int);
CREATE TABLE kid () INHERITS (base);
CREATE TABLE grandkid () INHERITS (kid);
-- becomes
CREATE TABLE logs (at int, size int) PARTITION BY RANGE (at);
CREATE TABLE logs_old (at int, size int, note text);
CREATE TABLE logs_by_size PARTITION OF logs FOR VALUES FROM (20) TO (30) PARTITION BY LIST (size);
CREATE TABLE base (a int);
CREATE TABLE kid (a int, b int);
CREATE TABLE grandkid () INHERITS (kid);
