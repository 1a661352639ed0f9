-- Records of what an account keeps besides contacts.

CREATE TABLE object_types (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    next_id INTEGER NOT NULL,
    size INTEGER NOT NULL -- how many records there are
) STRICT, WITHOUT ROWID;

CREATE TABLE object_records (
    object_type TEXT NOT NULL,
    id INTEGER NOT NULL,
    ext_id TEXT NOT NULL, -- empty for none
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    attributes TEXT NOT NULL, -- JSON
    PRIMARY KEY (object_type, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX object_records_by_ext_id
ON object_records (object_type, ext_id)
WHERE ext_id <> '';
