-- What people note of event names and, with a path, of their properties.
CREATE TABLE notes (
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    description TEXT NOT NULL,
    owner TEXT NOT NULL,
    expected TEXT NOT NULL, -- a type; empty where anything goes
    hidden INTEGER NOT NULL,
    PRIMARY KEY (name, path)
) STRICT, WITHOUT ROWID;
