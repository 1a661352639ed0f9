-- Segments, who is in them, and when time alone may change that. Moments as in 0001.

ALTER TABLE state ADD COLUMN next_segment_id INTEGER NOT NULL DEFAULT 1;
-- The latest moment at which an applied entry was received: how late it is for segments.
ALTER TABLE state ADD COLUMN now INTEGER NOT NULL DEFAULT 0;

CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    definition TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    size INTEGER NOT NULL -- how many contacts are in it
) STRICT;

CREATE TABLE segment_members (
    segment_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (segment_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_members_by_contact ON segment_members (contact_id);

CREATE TABLE segment_timers (
    contact_id INTEGER NOT NULL,
    segment_id INTEGER NOT NULL,
    due INTEGER NOT NULL, -- time alone changes nothing before
    PRIMARY KEY (contact_id, segment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_timers_by_due ON segment_timers (due);

CREATE TABLE segment_history (
    segment_id INTEGER NOT NULL,
    position INTEGER NOT NULL, -- of the entry that caused it, or of the last one by then
    at INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    cause TEXT NOT NULL,
    PRIMARY KEY (segment_id, position, at, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_history_by_contact ON segment_history (contact_id, position);
