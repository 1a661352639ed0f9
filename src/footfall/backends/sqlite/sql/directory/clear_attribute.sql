UPDATE contacts
SET attributes = json_remove(attributes, :path), modified_at = :at
WHERE json_type(attributes, :path) IS NOT NULL
