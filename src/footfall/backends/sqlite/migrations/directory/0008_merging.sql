-- Contacts that are shown as one. `contacts` has what is shown; here each is by itself.

CREATE TABLE members (
    id INTEGER PRIMARY KEY,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    identifiers TEXT NOT NULL,
    attributes TEXT NOT NULL,
    lists TEXT NOT NULL,
    standing TEXT NOT NULL,
    shown_as INTEGER NOT NULL,
    merged_into INTEGER, -- NULL for the one that is shown
    position INTEGER NOT NULL, -- of the entry that merged it, and when that was received
    at INTEGER NOT NULL,
    ages TEXT NOT NULL -- JSON, the position of the latest word on each thing
) STRICT;

CREATE INDEX members_by_group ON members (shown_as);

-- What each entry merged, for the journal's replay when one of two is erased.
CREATE TABLE merges (
    position INTEGER NOT NULL,
    kept_id INTEGER NOT NULL,
    gone_id INTEGER NOT NULL,
    PRIMARY KEY (position, kept_id, gone_id)
) STRICT, WITHOUT ROWID;

-- One entry may say something of several contacts that are erased at once.
ALTER TABLE traces RENAME TO former_traces;
DROP INDEX traces_by_contact;

CREATE TABLE traces (
    contact_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    creates INTEGER NOT NULL,
    PRIMARY KEY (contact_id, position)
) STRICT, WITHOUT ROWID;

INSERT INTO traces SELECT contact_id, position, whole, creates FROM former_traces;
DROP TABLE former_traces;
