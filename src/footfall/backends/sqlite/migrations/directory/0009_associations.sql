-- What records are associated with: other records, or contacts, which are of type contact.

CREATE TABLE associations (
    object_type TEXT NOT NULL,
    id INTEGER NOT NULL,
    other_type TEXT NOT NULL,
    other_id INTEGER NOT NULL,
    at INTEGER NOT NULL, -- when it began
    PRIMARY KEY (object_type, id, other_type, other_id)
) STRICT, WITHOUT ROWID;
