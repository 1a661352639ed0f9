-- Everything here is derived from the journal. Moments are nanoseconds since the epoch.

CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL, -- the last entry applied
    next_contact_id INTEGER NOT NULL
) STRICT;

INSERT INTO state VALUES (1, 0, 1);

CREATE TABLE totals (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE rules (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    identifiers TEXT NOT NULL, -- JSON, kind to value
    attributes TEXT NOT NULL -- JSON, name to value
) STRICT;

CREATE TABLE identifiers (
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE attributes (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    options TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE verdicts (
    position INTEGER PRIMARY KEY,
    verdict TEXT NOT NULL -- JSON; only those that say more than "applied"
) STRICT;

CREATE TABLE repeats (
    key BLOB PRIMARY KEY, -- the hash of an event's id of its caller's own
    position INTEGER NOT NULL,
    received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX repeats_by_age ON repeats (received_at);

CREATE TABLE names (
    name TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
