-- What an erasure needs to find every entry of the journal that says something of a contact.

CREATE TABLE mentions (
    position INTEGER NOT NULL,
    key BLOB NOT NULL, -- the hash of an identifier, or of a contact's number
    whole INTEGER NOT NULL, -- 1: the entry goes with the contact; 0: what names it goes
    PRIMARY KEY (position, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_by_key ON mentions (key);

CREATE TABLE introductions (
    position INTEGER NOT NULL, -- of the entry that began the attribute, or added options to it
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    options TEXT NOT NULL, -- JSON
    PRIMARY KEY (position, name)
) STRICT, WITHOUT ROWID;

-- Erasures under way: what is left to do. Rows go as it is done.
CREATE TABLE erasures (
    contact_id INTEGER PRIMARY KEY,
    keys TEXT NOT NULL -- JSON, hexadecimal
) STRICT;

CREATE TABLE traces (
    position INTEGER PRIMARY KEY,
    contact_id INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    creates INTEGER NOT NULL
) STRICT;

CREATE INDEX traces_by_contact ON traces (contact_id, position);
