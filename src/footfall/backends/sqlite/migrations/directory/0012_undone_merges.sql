-- The position of the entry that undid the merge; NULL where none did. Of merges that were undone
-- before this, it is not known.
ALTER TABLE merges ADD COLUMN undone INTEGER;

CREATE INDEX merges_by_kept ON merges (kept_id);
CREATE INDEX merges_by_gone ON merges (gone_id);
