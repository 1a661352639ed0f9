-- Every record is in exactly one of the two tables; what is sealed comes before what is open.
-- A row begins at `position` and takes `entries` consecutive positions.

CREATE TABLE open (
    position INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries > 0),
    data BLOB NOT NULL -- one record
) STRICT;

CREATE TABLE sealed (
    position INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL CHECK (entries > 0),
    data BLOB NOT NULL -- a block of whole records, compressed
) STRICT;
