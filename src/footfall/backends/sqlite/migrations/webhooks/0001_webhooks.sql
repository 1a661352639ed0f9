-- Moments are nanoseconds since the epoch. Nothing here is derived from the journal.

CREATE TABLE webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    url TEXT NOT NULL,
    segment_ids TEXT NOT NULL, -- JSON; [] for all
    secret TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    position INTEGER NOT NULL, -- with the next three, the last passage taken up
    at INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE deliveries (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    cause TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    parked INTEGER NOT NULL,
    problem TEXT NOT NULL,
    PRIMARY KEY (webhook_id, parked, position, at, contact_id, segment_id)
) STRICT, WITHOUT ROWID;
