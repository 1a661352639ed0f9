SELECT id, created_at, modified_at, identifiers, attributes, lists, standing
FROM contacts
WHERE id > :after
ORDER BY id
LIMIT :limit
