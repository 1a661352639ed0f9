SELECT object_type, id, ext_id, created_at, updated_at, attributes
FROM object_records
WHERE object_type = ? AND ext_id <> '' AND ext_id IN (SELECT value FROM json_each(?))
