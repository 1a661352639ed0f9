CREATE TABLE account (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL -- nanoseconds since the epoch, as all moments here
) STRICT;

CREATE TABLE keys (
    number INTEGER PRIMARY KEY, -- in order of creation
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- separated by a space
    digest BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of the secret
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
