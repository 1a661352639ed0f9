-- Work that goes on after its request was answered.

CREATE TABLE processes (
    id INTEGER PRIMARY KEY,
    is_over INTEGER NOT NULL,
    process TEXT NOT NULL -- JSON
) STRICT;

CREATE INDEX active_processes ON processes (id) WHERE is_over = 0;

CREATE TABLE problems (
    process_id INTEGER NOT NULL REFERENCES processes (id) DEFERRABLE INITIALLY DEFERRED,
    row INTEGER NOT NULL,
    problem TEXT NOT NULL, -- JSON
    PRIMARY KEY (process_id, row)
) STRICT, WITHOUT ROWID;
