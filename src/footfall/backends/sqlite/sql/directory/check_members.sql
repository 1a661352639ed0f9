SELECT count(*) FROM members
WHERE
    shown_as NOT IN (SELECT id FROM contacts)
    OR (id <> shown_as AND id IN (SELECT id FROM contacts))
    OR (merged_into IS NULL) <> (id = shown_as)
