-- Everything here is derived from the journal. Moments are nanoseconds since the epoch.

CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    position INTEGER NOT NULL, -- the last entry applied
    next_contact_id INTEGER NOT NULL,
    next_folder_id INTEGER NOT NULL,
    next_list_id INTEGER NOT NULL,
    contact_count INTEGER NOT NULL
) STRICT;

INSERT INTO state VALUES (1, 0, 1, 2, 1, 0);

CREATE TABLE totals (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE rules (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    identifiers TEXT NOT NULL, -- JSON, kind to value
    attributes TEXT NOT NULL, -- JSON, name to value
    lists TEXT NOT NULL, -- JSON, their ids in order
    standing TEXT NOT NULL -- JSON, what is blocked and what was unsubscribed from
) STRICT;

-- Listings go by these alone until it comes to the rows of a page: the rows are wide.
CREATE INDEX contacts_by_creation ON contacts (created_at);
CREATE INDEX contacts_by_change ON contacts (modified_at, created_at);

CREATE TABLE identifiers (
    kind INTEGER NOT NULL,
    value TEXT NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE attributes (
    name TEXT PRIMARY KEY,
    category TEXT NOT NULL,
    type TEXT NOT NULL,
    options TEXT NOT NULL, -- JSON, as are the labels
    labels TEXT NOT NULL,
    formula TEXT NOT NULL,
    is_recurring INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO folders VALUES (1, 'Your first folder', 0);

CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folder_id INTEGER NOT NULL REFERENCES folders (id) DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    size INTEGER NOT NULL -- how many contacts are on it
) STRICT;

CREATE TABLE memberships (
    list_id INTEGER NOT NULL,
    contact_id INTEGER NOT NULL,
    PRIMARY KEY (list_id, contact_id)
) STRICT, WITHOUT ROWID;

-- In order of position, so that what is new goes to the end whomever it is about.
CREATE TABLE history (
    position INTEGER NOT NULL, -- of the entry that made the changes
    contact_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    cause TEXT NOT NULL,
    changes TEXT NOT NULL, -- JSON, in order
    PRIMARY KEY (position, contact_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX history_by_contact ON history (contact_id, position);

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
