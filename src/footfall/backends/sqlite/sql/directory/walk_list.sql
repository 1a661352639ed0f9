SELECT id, created_at, modified_at, identifiers, attributes, lists, standing
FROM (
    SELECT contact_id
    FROM memberships
    WHERE list_id = :list_id AND contact_id > :after
    ORDER BY contact_id
    LIMIT :limit
) AS page
CROSS JOIN contacts ON contacts.id = page.contact_id
ORDER BY id
