-- Deliveries that an address took, for some days; `settle` bounds them.

CREATE TABLE taken (
    webhook_id INTEGER NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    cause TEXT NOT NULL,
    attempts INTEGER NOT NULL, -- the last one, which was taken, included
    taken_at INTEGER NOT NULL,
    duration INTEGER NOT NULL, -- nanoseconds until the answer
    status INTEGER NOT NULL,
    PRIMARY KEY (webhook_id, position, at, contact_id, segment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX taken_by_moment ON taken (webhook_id, taken_at);
