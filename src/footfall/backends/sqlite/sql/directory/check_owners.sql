SELECT count(*) FROM identifiers
WHERE
    contact_id NOT IN (SELECT id FROM contacts)
    AND contact_id NOT IN (SELECT id FROM members)
