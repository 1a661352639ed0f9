-- By which hashes (JSON, in hex) an entry names who is erased, where the entry itself stays. It may
-- name others by what the erased one had at another time.
ALTER TABLE traces ADD COLUMN keys TEXT NOT NULL DEFAULT '[]';

UPDATE traces
SET keys = (SELECT keys FROM erasures WHERE erasures.contact_id = traces.contact_id)
WHERE NOT whole;

ALTER TABLE erasures DROP COLUMN keys;
