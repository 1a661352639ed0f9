UPDATE contacts
SET
    modified_at = :at,
    lists = (SELECT json_group_array(value) FROM json_each(lists) WHERE value <> :list_id)
WHERE id IN (SELECT contact_id FROM memberships WHERE list_id = :list_id)
