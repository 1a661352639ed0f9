INSERT INTO contacts (id, created_at, modified_at, identifiers, attributes, lists, standing)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    modified_at = excluded.modified_at,
    identifiers = excluded.identifiers,
    attributes = excluded.attributes,
    lists = excluded.lists,
    standing = excluded.standing
