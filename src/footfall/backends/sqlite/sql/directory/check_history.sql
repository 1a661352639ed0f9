SELECT count(*) FROM history
WHERE
    (
        contact_id NOT IN (SELECT id FROM contacts)
        AND contact_id NOT IN (SELECT id FROM members)
    )
    OR position > (SELECT position FROM state)
