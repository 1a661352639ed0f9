SELECT id, created_at, modified_at, identifiers, attributes, lists, standing
FROM contacts
WHERE id > ?
ORDER BY id
LIMIT ?
