UPDATE members
SET
    modified_at = :at,
    lists = (SELECT json_group_array(value) FROM json_each(lists) WHERE value <> :list_id)
WHERE :list_id IN (SELECT value FROM json_each(lists))
