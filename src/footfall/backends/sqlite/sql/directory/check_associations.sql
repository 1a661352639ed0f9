-- Each stands in both directions, and both ends are there.
SELECT count(*)
FROM associations
WHERE
    NOT EXISTS (
        SELECT 1 FROM associations AS back
        WHERE
            back.object_type = associations.other_type AND back.id = associations.other_id
            AND back.other_type = associations.object_type AND back.other_id = associations.id
            AND back.at = associations.at
    )
    OR CASE object_type
        WHEN 'contact' THEN
            id NOT IN (SELECT id FROM contacts) AND id NOT IN (SELECT id FROM members)
        ELSE NOT EXISTS (
            SELECT 1 FROM object_records
            WHERE
                object_records.object_type = associations.object_type
                AND object_records.id = associations.id
        )
    END
