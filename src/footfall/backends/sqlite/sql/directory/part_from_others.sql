DELETE FROM associations
WHERE (object_type, id, other_type, other_id) IN (
    SELECT other_type, other_id, object_type, id
    FROM associations
    WHERE object_type = :object_type AND id = :id
)
