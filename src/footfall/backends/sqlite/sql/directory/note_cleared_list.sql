-- One entry may clear several lists of one contact, when their folder goes.
INSERT INTO history (contact_id, position, at, cause, changes)
SELECT
    contact_id,
    :position,
    :at,
    'request',
    json_array(json_array('list', CAST(:list_id AS TEXT), json('true'), NULL))
FROM (
    SELECT contact_id FROM memberships
    WHERE list_id = :list_id AND contact_id NOT IN (SELECT id FROM members)
    UNION ALL
    SELECT members.id FROM members, json_each(members.lists) AS listed
    WHERE listed.value = :list_id
)
WHERE true
ON CONFLICT (position, contact_id) DO UPDATE SET
    changes = json_insert(changes, '$[#]', json(excluded.changes -> 0))
