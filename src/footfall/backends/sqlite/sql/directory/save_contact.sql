INSERT INTO contacts (id, created_at, modified_at, identifiers, attributes)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    modified_at = excluded.modified_at,
    identifiers = excluded.identifiers,
    attributes = excluded.attributes
