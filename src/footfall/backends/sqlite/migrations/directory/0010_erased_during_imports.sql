-- Rows of an import that is under way may name somebody who is erased meanwhile.

ALTER TABLE erasures
ADD COLUMN remembered TEXT NOT NULL DEFAULT '[]'; -- JSON, hexadecimal: keys that the remains keep
